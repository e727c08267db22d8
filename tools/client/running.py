"""The running platform, at its usual URLs or those that the environment names."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx

from tools.client.service import ServiceClient
from tools.client.services import Services, connected
from tools.local.errors import NotRunning

VARIABLES = {
    "user-service": ("USER_URL", "http://localhost:8001"),
    "product-service": ("PRODUCT_URL", "http://localhost:8002"),
    "order-service": ("ORDER_URL", "http://localhost:8003"),
    "notification-service": ("NOTIFICATION_URL", "http://localhost:8004"),
}
SECONDS = 20


@asynccontextmanager
async def running_services(environment: Mapping[str, str]) -> AsyncIterator[Services]:
    """
    Raises:
        NotRunning: one of the services is not ready.
    """

    def url_of(service: str) -> str:
        variable, usual = VARIABLES[service]
        return environment.get(variable, usual)

    async with connected(url_of, SECONDS) as services:
        for client in services.all():
            await _require_ready(client)
        yield services


async def _require_ready(client: ServiceClient) -> None:
    url = client.http.base_url
    try:
        is_ready = (await client.send("GET", "/health/ready")).status_code == 200
    except httpx.TransportError:
        is_ready = False
    if not is_ready:
        raise NotRunning(
            f"no service is ready at {url}: start the platform with `make up`"
        )
