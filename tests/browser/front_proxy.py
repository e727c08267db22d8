"""A proxy between browsers and the gateway: ends TLS, and can lose responses."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Self


class FrontProxy:
    """Forwards the bytes of connections.

    Attributes:
        port: where browsers find it on localhost.
        lost: the number of responses that it has lost.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._loses = False
        self.port = 0
        self.lost = 0

    @classmethod
    @asynccontextmanager
    async def before(
        cls, target: int, *, port: int = 0, tls: ssl.SSLContext | None = None
    ) -> AsyncIterator[Self]:
        """Runs a proxy before a port of this machine.

        Args:
            port: its own; 0 takes any free one.
            tls: makes it `https`.
        """
        proxy = cls(target)
        server = await asyncio.start_server(proxy._connect, "127.0.0.1", port, ssl=tls)
        proxy.port = server.sockets[0].getsockname()[1]
        try:
            yield proxy
        finally:
            server.close()

    @contextmanager
    def losing_responses(self) -> Iterator[None]:
        """Closes connections in the place of each response, while this lasts."""
        self._loses = True
        try:
            yield
        finally:
            self._loses = False

    async def _connect(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        there_reader, there_writer = await asyncio.open_connection(
            "127.0.0.1", self._target
        )
        await asyncio.gather(
            self._forward(reader, there_writer),
            self._forward(there_reader, writer, can_lose=True),
        )

    async def _forward(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        can_lose: bool = False,
    ) -> None:
        # Browsers leave when they like.
        with suppress(ConnectionError, ssl.SSLError):
            while data := await reader.read(65536):
                if can_lose and self._loses:
                    self.lost += 1
                    break
                writer.write(data)
                await writer.drain()
        writer.close()
