"""The connections to one service, most of which are used again."""

import asyncio
import ssl
from urllib.parse import urlsplit

from app.proxy.connection import Connection
from chassis import OpenFilesExhausted, PeerUnreachable, renewed_time_limit

CONNECT_SECONDS = 2.0
# Services close a connection that is idle for 60 s. One that is about to be closed must
# not be used.
IDLE_SECONDS = 30.0
MAX_IDLE = 64


class Pool:
    """
    Attributes:
        host: the value of the `Host` header.
        base: the path before all paths of the service.
        in_use: the number of connections with an exchange.
    """

    def __init__(self, name: str, url: str) -> None:
        parts = urlsplit(url)
        self._name = name
        is_secure = parts.scheme == "https"
        self._address = (parts.hostname or "", parts.port or (443 if is_secure else 80))
        self._ssl = ssl.create_default_context() if is_secure else None
        self._idle: list[Connection] = []
        self._sweep: asyncio.TimerHandle | None = None
        self.host = parts.netloc.encode()
        self.base = parts.path.encode()
        self.in_use = 0

    async def take(self, *, fresh: bool = False) -> Connection:
        """Returns a connection, which `give_back` must get.

        Args:
            fresh: whether it must be a new one, because the idle ones may be broken.

        Raises:
            PeerUnreachable: there is none to be had.
        """
        self.in_use += 1
        try:
            return (None if fresh else self._take_idle()) or await self._connect()
        except BaseException:
            self.in_use -= 1
            raise

    def give_back(self, connection: Connection) -> None:
        """Keeps the connection for another exchange, or closes it."""
        self.in_use -= 1
        connection.finish()
        if connection.is_closing:
            return
        if len(self._idle) >= MAX_IDLE:
            connection.close()
            return
        self._idle.append(connection)
        if self._sweep is None:
            self._sweep_later()

    def close(self) -> None:
        if self._sweep is not None:
            self._sweep.cancel()
        for connection in self._idle:
            connection.close()
        self._idle.clear()

    def _take_idle(self) -> Connection | None:
        now = asyncio.get_running_loop().time()
        while self._idle:
            connection = self._idle.pop()
            if connection.is_closing:
                continue
            if now - connection.idle_since < IDLE_SECONDS:
                return connection
            connection.close()
        return None

    async def _connect(self) -> Connection:
        host, port = self._address
        loop = asyncio.get_running_loop()
        try:
            async with renewed_time_limit(CONNECT_SECONDS):
                _, connection = await loop.create_connection(
                    Connection, host, port, ssl=self._ssl
                )
        except (OSError, TimeoutError) as error:
            if exhausted := OpenFilesExhausted.if_cause_of(error):
                raise exhausted from error
            raise PeerUnreachable(f"{self._name} cannot be reached") from error
        if connection.is_closing:
            raise PeerUnreachable(f"{self._name} has closed a new connection")
        return connection

    def _sweep_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._sweep = loop.call_later(IDLE_SECONDS, self._close_old)

    def _close_old(self) -> None:
        self._sweep = None
        oldest = asyncio.get_running_loop().time() - IDLE_SECONDS
        kept = []
        for connection in self._idle:
            if connection.is_closing or connection.idle_since <= oldest:
                connection.close()
            else:
                kept.append(connection)
        self._idle = kept
        if kept:
            self._sweep_later()
