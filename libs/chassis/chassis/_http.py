"""Calls to other services: bounded, traced, and clear about what a failure means."""

import asyncio
from typing import Any

import httpx
import structlog
from opentelemetry.sdk.trace import TracerProvider

from chassis._errors import Unavailable
from chassis._telemetry import REQUEST_ID_HEADER, trace_client


class PeerUnreachable(Unavailable):
    """The request was never sent."""


class PeerSilent(Unavailable):
    """The request was sent, and no answer came: it may have been carried out."""


class PeerFailed(Unavailable):
    """The peer answered that it could not."""


async def _pass_request_id_on(request: httpx.Request) -> None:
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    if request_id:
        request.headers[REQUEST_ID_HEADER] = request_id


def http_client(base_url: str, provider: TracerProvider) -> httpx.AsyncClient:
    """A client for one peer; see `call` for its timeouts."""
    client = httpx.AsyncClient(
        base_url=base_url,
        # Only a connection that could not be made is tried again: nothing was sent.
        transport=httpx.AsyncHTTPTransport(
            retries=1,
            limits=httpx.Limits(max_connections=100, max_keepalive_connections=50),
        ),
        event_hooks={"request": [_pass_request_id_on]},
    )
    trace_client(client, provider)
    return client


async def call(
    client: httpx.AsyncClient, method: str, path: str, seconds: float, **kwargs: Any
) -> httpx.Response:
    """Sends one request; any answer below 500 is the caller's to read.

    Args:
        seconds: what all of it may take at most.
        kwargs: as for `httpx.AsyncClient.request`.

    Raises:
        PeerUnreachable: it was not sent.
        PeerSilent: it was sent, and not answered.
        PeerFailed: it was answered with a 5xx.
    """
    peer = client.base_url.host
    # What could not be sent must be known as such before the whole time is over.
    timeout = httpx.Timeout(seconds, connect=seconds / 3, pool=seconds * 0.8)
    try:
        async with asyncio.timeout(seconds):
            answer = await client.request(method, path, timeout=timeout, **kwargs)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise PeerUnreachable(f"{peer} cannot be reached") from error
    except (httpx.TransportError, TimeoutError) as error:
        raise PeerSilent(f"{peer} does not answer") from error
    if answer.status_code >= 500:
        raise PeerFailed(f"{peer} answered {answer.status_code}")
    return answer


async def ping_peer(client: httpx.AsyncClient) -> None:
    """Asks the peer whether it is alive."""
    answer = await client.get("/health/live", timeout=1.0)
    answer.raise_for_status()
