"""Ends a connection so that its client can still read the last response."""

import asyncio
from collections.abc import Callable

LINGER_SECONDS = 2.0


class ResponseTransport(asyncio.Transport):
    """Ends the responses first, and the connection later if the client still sends.

    The system answers data for a closed connection with a reset, and a client that is
    reset while it sends may never read the response.

    Attributes:
        written: the number of bytes of all responses.
    """

    def __init__(
        self,
        transport: asyncio.Transport,
        loop: asyncio.AbstractEventLoop,
        may_client_send: Callable[[], bool],
    ) -> None:
        super().__init__()
        self._transport = transport
        self._loop = loop
        self._may_client_send = may_client_send
        self._has_ended = False
        self.written = 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += len(data)
        self._transport.write(data)

    def is_closing(self) -> bool:
        return self._has_ended or self._transport.is_closing()

    def close(self) -> None:
        if self.is_closing():
            return
        if self._may_client_send():
            self._has_ended = True
            self._transport.write_eof()
            self._loop.call_later(LINGER_SECONDS, self._transport.close)
        else:
            self._transport.close()
