"""The HTTP client of a peer: its connections, its time limits and its headers."""

import asyncio
import ssl
from functools import cache
from typing import Any

import httpx
import structlog
from opentelemetry.sdk.trace import TracerProvider

from chassis._deadline import Deadline
from chassis._observability.sampled_calls import SampledTransport
from chassis._observability.telemetry import REQUEST_ID_HEADER
from chassis._peers.errors import PeerTimeout, PeerUnreachable

CALLS_AT_ONCE = 50

# In seconds. A call has one deadline; these limit its parts if that one is far.
CONNECT_SECONDS = 3.0
READ_SECONDS = 5.0
WRITE_SECONDS = 3.0
POOL_SECONDS = 5.0

PING_SECONDS = 1.0


class HttpClient:
    """Sends single requests to one peer.

    Args:
        transport: replaces the network in tests.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        provider: TracerProvider,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._name = name
        limits = httpx.Limits(
            max_connections=CALLS_AT_ONCE, max_keepalive_connections=CALLS_AT_ONCE
        )
        network = transport or httpx.AsyncHTTPTransport(
            verify=_trusted_certificates(), limits=limits
        )
        self._client = httpx.AsyncClient(
            base_url=base_url,
            transport=SampledTransport(network, provider),
            event_hooks={"request": [_pass_request_id_on]},
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def send(
        self, method: str, path: str, deadline: Deadline, **request: Any
    ) -> httpx.Response:
        """Sends a request, and returns its response, whatever its status.

        Raises:
            PeerUnreachable: it was not sent.
            PeerTimeout: it was sent, and not answered.
        """
        seconds = deadline.remaining()
        try:
            async with asyncio.timeout(seconds):
                return await self._client.request(
                    method, path, timeout=_timeouts(seconds), **request
                )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise PeerUnreachable(f"{self._name} cannot be reached") from error
        except (httpx.TransportError, TimeoutError) as error:
            raise PeerTimeout(f"{self._name} does not answer") from error

    async def ping(self, path: str) -> None:
        """Calls a health check.

        Raises:
            httpx.HTTPError: it failed.
        """
        response = await self._client.get(path, timeout=PING_SECONDS)
        response.raise_for_status()


@cache
def _trusted_certificates() -> ssl.SSLContext:
    # Reading them takes 25 ms and memory; all peers trust the same ones.
    return httpx.create_ssl_context()


def _timeouts(seconds: float) -> httpx.Timeout:
    # A failure to send must be known before the whole time is over.
    return httpx.Timeout(
        connect=min(seconds / 3, CONNECT_SECONDS),
        read=min(seconds, READ_SECONDS),
        write=min(seconds, WRITE_SECONDS),
        pool=min(seconds * 0.8, POOL_SECONDS),
    )


async def _pass_request_id_on(request: httpx.Request) -> None:
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    if request_id:
        request.headers[REQUEST_ID_HEADER] = request_id
