"""A network between a test and a store, which can be cut, or hang."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from sqlalchemy import make_url


class Network:
    """Forwards connections to one address.

    Attributes:
        port: the port on 127.0.0.1 to connect to instead.
        held: the number of pieces of data that arrived while it hung.
    """

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._refusing = False
        self.port = 0
        self.held = 0

    @classmethod
    @asynccontextmanager
    async def to(cls, host: str, port: int) -> AsyncIterator[Self]:
        network = cls(host, port)
        server = await asyncio.start_server(network._connect, "127.0.0.1", 0)
        network.port = server.sockets[0].getsockname()[1]
        try:
            yield network
        finally:
            server.close()
            network.resume()
            network.cut()

    @classmethod
    @asynccontextmanager
    async def before(cls, url: str) -> AsyncIterator[tuple[Self, str]]:
        """Yields a network before the address of the URL, and the URL through it."""
        there = make_url(url)
        async with cls.to(there.host or "", there.port or 0) as network:
            through = there.set(host="127.0.0.1", port=network.port)
            yield network, through.render_as_string(hide_password=False)

    def cut(self) -> None:
        """Breaks all connections, and refuses new ones until it is mended."""
        self._refusing = True
        for writer in self._writers:
            writer.close()
        self._writers.clear()

    def mend(self) -> None:
        self._refusing = False

    def hang(self) -> None:
        """Accepts everything and lets nothing through until it is resumed."""
        self._flowing.clear()

    def resume(self) -> None:
        self._flowing.set()

    async def _connect(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if self._refusing:
            writer.close()
            return
        there_reader, there_writer = await asyncio.open_connection(*self._target)
        self._writers |= {writer, there_writer}
        await asyncio.gather(
            self._forward(reader, there_writer), self._forward(there_reader, writer)
        )

    async def _forward(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            while data := await reader.read(65536):
                self.held += not self._flowing.is_set()
                await self._flowing.wait()
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            return  # errors of cut connections are expected
        finally:
            writer.close()
            self._writers.discard(writer)
