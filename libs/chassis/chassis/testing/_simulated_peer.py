"""A peer without a network."""

import asyncio
from typing import Any

import httpx

from chassis._peers.errors import PeerTimeout, PeerUnreachable
from chassis._peers.response import PeerResponse

UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class SimulatedNetwork:
    """Lets a transport of httpx respond: an application, or a function of the test."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._client = httpx.AsyncClient(transport=transport)

    async def close(self) -> None:
        await self._client.aclose()

    async def request(
        self, method: str, url: str, seconds: float, **request: Any
    ) -> PeerResponse:
        try:
            async with asyncio.timeout(seconds):
                response = await self._client.request(
                    method, url, timeout=None, **request
                )
        except UNSENT as error:
            raise PeerUnreachable(str(error)) from error
        except (httpx.TransportError, TimeoutError) as error:
            raise PeerTimeout(str(error)) from error
        content_type = response.headers.get("Content-Type", "").partition(";")[0]
        return PeerResponse(response.status_code, content_type, response.content)
