"""The HTTP client of a peer: its time limits, its headers and its spans."""

from typing import Any

import structlog
from opentelemetry.sdk.trace import TracerProvider

from chassis._deadline import Deadline
from chassis._observability.sampled_calls import CallTracer
from chassis._observability.telemetry import REQUEST_ID_HEADER
from chassis._peers.errors import PeerFailed
from chassis._peers.network import Connections, Network
from chassis._peers.response import PeerResponse

PING_SECONDS = 1.0


class HttpClient:
    """Sends single requests to one peer.

    Args:
        network: replaces the network in tests.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        provider: TracerProvider,
        network: Network | None = None,
    ) -> None:
        self._name = name
        self._base_url = base_url.rstrip("/")
        self._network = network or Connections()
        self._tracer = CallTracer(provider)

    async def close(self) -> None:
        await self._network.close()

    async def send(
        self,
        method: str,
        path: str,
        deadline: Deadline,
        headers: dict[str, str] | None = None,
        **request: Any,
    ) -> PeerResponse:
        """Sends a request, and returns its response, whatever its status.

        Raises:
            PeerUnreachable: it was not sent.
            PeerTimeout: it was sent, and not answered.
            PeerFailed: the response has more than 1 MiB.
        """
        url = f"{self._base_url}{path}"
        all_headers = {**(headers or {}), **_request_id()}
        with self._tracer.call(method, url, all_headers) as span:
            response = await self._network.request(
                method, url, deadline.remaining(), headers=all_headers, **request
            )
            span.set_attribute("http.status_code", response.status_code)
        return response

    async def ping(self, path: str) -> None:
        """Calls a health check.

        Raises:
            PeerUnreachable, PeerTimeout: see `send`.
            PeerFailed: it failed.
        """
        response = await self.send("GET", path, Deadline.after(PING_SECONDS))
        if response.status_code != 200:
            raise PeerFailed(f"{self._name} answered {response.status_code}")


def _request_id() -> dict[str, str]:
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    return {REQUEST_ID_HEADER: request_id} if request_id else {}
