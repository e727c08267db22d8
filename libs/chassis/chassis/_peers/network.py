"""The connections to a peer, and whether a failed request was sent over one."""

import asyncio
from typing import Any, Protocol

import aiohttp

from chassis._peers.errors import (
    OpenFilesExhausted,
    PeerFailed,
    PeerTimeout,
    PeerUnreachable,
)
from chassis._peers.response import PeerResponse
from chassis._time_limit import time_limit

CONNECTIONS = 50
# Shorter than the 60 s after which our servers close an idle connection: a request must
# not meet a connection that is being closed.
IDLE_SECONDS = 30.0

# Much more than any response of ours; others could fill the memory with one.
# Compression would hide its size: aiohttp makes 64 MiB of 64 KiB in one piece.
MAX_RESPONSE_BYTES = 1024 * 1024
UNCOMPRESSED = {"Accept-Encoding": "identity"}

# The resolver's error for a host with an empty or too long label.
HostInvalid = UnicodeError

# In seconds, for the wait for a free connection and a new one together. It is a part of
# the time that is left: a failure to send must be known before it is over. A new
# connection alone has a third of that time, but longer than the loop may be late.
CONNECT_SECONDS = 5.0
LATE_SECONDS = 0.5


class Network(Protocol):
    """Carries requests; `chassis.testing` has one that simulates a peer."""

    async def request(
        self, method: str, url: str, seconds: float, **request: Any
    ) -> PeerResponse:
        """Sends a request, and returns its response, whatever its status.

        Raises:
            PeerUnreachable: it was not sent.
            PeerTimeout: it was sent, and not answered.
            PeerFailed: the response is too long.
        """
        ...

    async def close(self) -> None: ...


class Connections:
    """Reuses the connections to one peer."""

    def __init__(self) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=CONNECTIONS,
                keepalive_timeout=IDLE_SECONDS,
                # A container that is created anew has another address.
                ttl_dns_cache=1,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=UNCOMPRESSED,
            auto_decompress=False,
        )

    async def close(self) -> None:
        await self._session.close()

    async def request(
        self, method: str, url: str, seconds: float, **request: Any
    ) -> PeerResponse:
        limits = aiohttp.ClientTimeout(
            connect=min(seconds * 0.8, CONNECT_SECONDS),
            sock_connect=min(max(seconds / 3, LATE_SECONDS), seconds * 0.8),
        )
        sending = _Sending()
        await _notice_closed_connections()
        try:
            async with (
                time_limit(seconds),
                self._session.request(
                    method,
                    url,
                    timeout=limits,
                    middlewares=(sending,),
                    allow_redirects=False,
                    **request,
                ) as response,
            ):
                content = await _read(response)
        except (aiohttp.ClientError, TimeoutError, HostInvalid) as error:
            if exhausted := OpenFilesExhausted.if_cause_of(error):
                raise exhausted from error
            failure = PeerTimeout if sending.is_sent else PeerUnreachable
            raise failure(f"{type(error).__name__}: {error}") from error
        return PeerResponse(response.status, response.content_type, content)


async def _read(response: aiohttp.ClientResponse) -> bytes:
    content = bytearray()
    async for part in response.content.iter_any():
        content += part
        if len(content) > MAX_RESPONSE_BYTES:
            raise PeerFailed(f"the response has more than {MAX_RESPONSE_BYTES} bytes")
    return bytes(content)


async def _notice_closed_connections() -> None:
    """Lets the event loop notice which idle connections the peer has closed.

    asyncio's own loop looks at the sockets before the first of these turns, but
    processes what it found after it. uvloop needs one turn.
    """
    for _ in range(2):
        await asyncio.sleep(0)


class _Sending:
    """Notes whether any attempt at a request was sent.

    aiohttp repeats an idempotent request once if its connection is closed without a
    response. If the second attempt cannot connect, the first one was still sent.
    """

    def __init__(self) -> None:
        self.is_sent = False

    async def __call__(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        try:
            response = await handler(request)
        except (
            aiohttp.ClientConnectorError,
            aiohttp.ConnectionTimeoutError,
            HostInvalid,
        ):
            raise
        except BaseException as error:
            # The cause of the error is another one if the connection was still open.
            if not isinstance(error.__cause__, aiohttp.ClientConnectionResetError):
                self.is_sent = True
            raise
        self.is_sent = True
        return response
