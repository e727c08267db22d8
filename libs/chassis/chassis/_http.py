"""Calls to other services: bounded, traced, and clear about what a failure means."""

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
    """A client for one peer. Each call gives its own timeout to `call`."""
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
        seconds: what each of connecting, sending and waiting may take at most; the
            caller bounds the whole.
        kwargs: as for `httpx.AsyncClient.request`.

    Raises:
        PeerUnreachable: it was not sent.
        PeerSilent: it was sent, and not answered.
        PeerFailed: it was answered with a 5xx.
    """
    peer = client.base_url.host
    try:
        answer = await client.request(method, path, timeout=seconds, **kwargs)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise PeerUnreachable(f"{peer} cannot be reached") from error
    except httpx.TransportError as error:
        raise PeerSilent(f"{peer} does not answer") from error
    if answer.status_code >= 500:
        raise PeerFailed(f"{peer} answered {answer.status_code}")
    return answer


async def ping_peer(client: httpx.AsyncClient) -> None:
    """Asks the peer whether it is alive."""
    answer = await client.get("/health/live", timeout=1.0)
    answer.raise_for_status()
