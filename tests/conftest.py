"""Fixtures of the tests across services: a whole platform and its shop."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from chassis.testing import Collector
from tests.replicas import Replicas
from tools.client.shop import Shop
from tools.local.lifecycle import Platform
from tools.local.ports import GATEWAY, SERVICE_PORTS, free_service_ports

# Test runs side by side need a platform each.
ROOT = Path(".local", os.environ.get("TEST_PLATFORM", "e2e"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Runs the tests of the logs after all other tests have logged."""
    items.sort(key=lambda item: item.get_closest_marker("last") is not None)


@pytest.fixture(scope="session")
def collector() -> Iterator[Collector]:
    with Collector.running() as collector:
        yield collector


@pytest.fixture(scope="session")
def platform(collector: Collector) -> Iterator[Platform]:
    """A platform of the tests' own, beside one that may be running, empty."""
    # The passwords of so many people would cost more than all else.
    given = {"DATABASE_POOL_SIZE": "5", "BCRYPT_COST": "4"}
    # All tests have one address.
    limits = ("LIMIT_ANONYMOUS", "LIMIT_SIGNED_IN", "LIMIT_SIGN_IN")
    given |= dict.fromkeys(limits, "100000/minute")
    # Nothing is traced but what a test asks for.
    given |= {"OTEL_TRACES_SAMPLER": "parentbased_always_off", **collector.environment}
    platform = Platform(ROOT, free_service_ports(), given=given)
    platform.delete()
    try:
        platform.start()
        yield platform
    finally:
        platform.stop()


@pytest.fixture(scope="session")
def command_line(platform: Platform) -> dict[str, str]:
    """The environment of a person who has programs run against the platform."""
    urls = {
        f"{service.removesuffix('-service').upper()}_URL": f"http://localhost:{port}"
        for service, port in platform.service_ports.items()
        if service in SERVICE_PORTS
    }
    urls["GATEWAY_URL"] = f"http://localhost:{platform.service_ports[GATEWAY]}"
    environment = platform.environment("user-service")
    administrator = {n: environment[n] for n in ("ADMIN_USERNAME", "ADMIN_PASSWORD")}
    return {**os.environ, **urls, **administrator}


@pytest_asyncio.fixture
async def shop(platform: Platform) -> AsyncIterator[Shop]:
    """The platform as its users see it; everything is well at the start."""
    waiting = (
        asyncio.to_thread(platform.wait_ready, name) for name in platform.states()
    )
    await asyncio.gather(*waiting)
    async with Shop(platform) as shop:
        yield shop


@pytest_asyncio.fixture
async def public_shop(shop: Shop, platform: Platform) -> AsyncIterator[Shop]:
    """The same shop through the gateway."""
    async with Shop(platform, through_gateway=True) as public_shop:
        yield public_shop


@pytest_asyncio.fixture
async def gateway(shop: Shop, platform: Platform) -> AsyncIterator[httpx.AsyncClient]:
    """Sends requests to the gateway, with the paths as they are."""
    url = platform.url(GATEWAY)
    async with httpx.AsyncClient(base_url=url, timeout=20) as client:
        yield client


@pytest.fixture(scope="module")
def replicas(platform: Platform) -> Iterator[Replicas]:
    """A second replica of each service and of the gateway."""
    with Replicas.running(platform) as replicas:
        yield replicas


@pytest_asyncio.fixture
async def other(replicas: Replicas) -> AsyncIterator[Shop]:
    """The same shop by way of the second replicas."""
    async with Shop(replicas) as shop:
        yield shop
