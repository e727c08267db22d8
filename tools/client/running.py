"""The running platform, at its usual URLs or those that the environment names."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial

import httpx

from tools.client.services import Services, connected
from tools.local.errors import NotRunning
from tools.local.ports import GATEWAY

VARIABLES = {
    "user-service": ("USER_URL", "http://localhost:8001"),
    "product-service": ("PRODUCT_URL", "http://localhost:8002"),
    "order-service": ("ORDER_URL", "http://localhost:8003"),
    "notification-service": ("NOTIFICATION_URL", "http://localhost:8004"),
    GATEWAY: ("GATEWAY_URL", "http://localhost:9000"),
}
SECONDS = 20


def url_of(environment: Mapping[str, str], service: str) -> str:
    variable, usual = VARIABLES[service]
    return environment.get(variable, usual)


@asynccontextmanager
async def running_services(environment: Mapping[str, str]) -> AsyncIterator[Services]:
    """
    Raises:
        NotRunning: one of the services is not ready.
    """
    async with connected(partial(url_of, environment), SECONDS) as services:
        for client in services.all():
            if not await _is_ready(client.http):
                raise NotRunning(
                    f"no service is ready at {client.http.base_url}: start the platform"
                    " with `make up`"
                )
        yield services


@asynccontextmanager
async def through_gateway(gateway: str) -> AsyncIterator[Services]:
    """The services, to which the gateway at this URL passes all requests on."""
    async with connected(lambda _: gateway, SECONDS, through_gateway=True) as services:
        yield services


async def find_gateway(environment: Mapping[str, str]) -> str | None:
    """Returns the URL of the gateway; None if it is not ready."""
    url = url_of(environment, GATEWAY)
    async with httpx.AsyncClient(base_url=url, timeout=SECONDS) as gateway:
        return url if await _is_ready(gateway) else None


async def _is_ready(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/health/ready")).status_code == 200
    except httpx.TransportError:
        return False
