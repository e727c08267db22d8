"""A service behind the gateway: its connections, breaker, limits and retries."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from app.proxy.connection import Connection
from app.proxy.departure import Departure
from app.proxy.errors import ResponseMissing, ServiceBusy
from app.proxy.pool import Pool
from chassis import CircuitOpen, ClientGone, Peer, PeerUnreachable

# Requests that await the beginning of a response, which a service has a queue for.
MAX_WAITING = 256
# Requests whose response has not ended yet: clients may read slowly.
MAX_EXCHANGES = 512
PLACE_SECONDS = 2.0

SAFE_TO_REPEAT = frozenset({"GET", "HEAD", "DELETE"})
# Operations whose OpenAPI declares Idempotency-Key.
WITH_KEY = re.compile(
    rb"POST /(orders|products)|PATCH /inventory/[^/]+/(reduce|restock)"
)


@dataclass(frozen=True)
class UpstreamRequest:
    method: str
    target: bytes
    query: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes
    sends_once: bool = False

    @property
    def is_repeatable(self) -> bool:
        if self.sends_once:
            return False
        if self.method in SAFE_TO_REPEAT:
            return True
        names = {name for name, _ in self.headers}
        if self.method == "PUT":
            return b"if-match" not in names
        operation = self.method.encode() + b" " + self.target
        return b"idempotency-key" in names and WITH_KEY.fullmatch(operation) is not None

    def encode(self, base: bytes) -> bytes:
        target = base + self.target + (b"?" + self.query if self.query else b"")
        line = b"%b %b HTTP/1.1" % (self.method.encode(), target)
        lines = [b"%b: %b" % pair for pair in self.headers]
        return b"\r\n".join((line, *lines, b"", self.body))


class Upstream:
    """
    Args:
        streams: how many streams of events there may be, besides other exchanges.
    """

    def __init__(
        self, peer: Peer, pool: Pool, response_seconds: float, streams: int = 0
    ) -> None:
        self.name = peer.name
        self._places = asyncio.Semaphore(MAX_EXCHANGES + streams)
        self.pool = pool
        self._peer = peer
        self._response_seconds = response_seconds
        self._waiting = 0

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Surrounds an exchange; waits for a moment if there are too many.

        Raises:
            ServiceBusy: there are still too many.
        """
        if self._places.locked():
            await self._await_place()
        else:
            await self._places.acquire()
        try:
            yield
        finally:
            self._places.release()

    async def _await_place(self) -> None:
        busy = ServiceBusy(f"too many responses of {self.name} are being read")
        if self._waiting >= MAX_WAITING:
            raise busy
        self._waiting += 1
        try:
            async with asyncio.timeout(PLACE_SECONDS):
                await self._places.acquire()
        except TimeoutError:
            raise busy from None
        finally:
            self._waiting -= 1

    async def send(self, request: UpstreamRequest, client: Departure) -> Connection:
        """Sends a request, and returns its connection when the response has begun.

        The caller gives the connection back.

        Raises:
            PeerUnreachable: the request was never sent.
            ExchangeFailed: it was, and its outcome is not known.
            ClientGone: the client has left.
        """
        if self._waiting >= MAX_WAITING:
            raise ServiceBusy(f"too many requests await {self.name}")
        self._waiting += 1
        try:
            return await self._try(request, client, fresh=False)
        except CircuitOpen:
            raise
        except (PeerUnreachable, ResponseMissing) as error:
            if not request.is_repeatable or client.has_left:
                raise
            return await self._try_again(request, client, error)
        finally:
            self._waiting -= 1

    async def _try_again(
        self, request: UpstreamRequest, client: Departure, error: Exception
    ) -> Connection:
        try:
            return await self._try(request, client, fresh=True)
        except PeerUnreachable:
            # The first request may have been sent.
            raise error from None

    async def _try(
        self, request: UpstreamRequest, client: Departure, *, fresh: bool
    ) -> Connection:
        # A client that leaves says nothing about the service.
        with self._peer.calling(ClientGone):
            connection = await self.pool.take(fresh=fresh)
            try:
                client.aborts(connection)
                connection.begin(
                    request.encode(self.pool.base), is_head=request.method == "HEAD"
                )
                await connection.await_response(self._response_seconds)
            except BaseException:
                self.pool.give_back(connection)
                raise
        return connection
