"""Sends responses, and ends a connection so that its client can read the last one."""

import asyncio
from collections.abc import Callable

from chassis._http.unreceived import abort_and_discard

LINGER_SECONDS = 2.0


class ResponseTransport(asyncio.Transport):
    """Sends the head of a response together with its body, in one system call, if the
    body follows in the same turn of the event loop.

    Ends the responses first, and the connection later if the client still sends. The
    system answers data for a closed connection with a reset, and a client that is reset
    while it sends may never read the response.

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
        self._has_head = False  # of the present response
        self._held: bytes | bytearray | memoryview | None = None
        self.written = 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += len(data)
        if not self._has_head:
            self._has_head = True
            self._held = data
            self._loop.call_soon(self._send_held)
        elif self._held is not None:
            head, self._held = self._held, None
            self._transport.writelines((head, data))
        else:
            self._transport.write(data)

    def end_response(self) -> None:
        """Sends a response that has no body."""
        self._send_held()
        self._has_head = False

    def _send_held(self) -> None:
        head, self._held = self._held, None
        # The client may have left meanwhile.
        if head is not None and not self._transport.is_closing():
            self._transport.write(head)

    def is_closing(self) -> bool:
        return self._has_ended or self._transport.is_closing()

    def abort(self) -> None:
        """Resets the connection, because the response is not complete."""
        if not self.is_closing():
            abort_and_discard(self._transport)

    def close(self) -> None:
        if self.is_closing():
            return
        self._send_held()
        if self._may_client_send():
            self._has_ended = True
            self._transport.write_eof()
            self._loop.call_later(LINGER_SECONDS, self._transport.close)
        else:
            self._transport.close()
