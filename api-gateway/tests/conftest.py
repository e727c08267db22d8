"""Fixtures: a gateway on a real socket, in front of real servers."""

import time
from collections.abc import AsyncIterator
from types import SimpleNamespace

import httpx
import pytest
import pytest_asyncio

from tests.gateway import Gateway, serving
from tests.upstream import Upstream

pytest_plugins = ["chassis.testing"]


@pytest.fixture(autouse=True)
def hour_has_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts in memory begin anew at each full hour, so no test sees the end of one."""
    past = time.time() % 3600
    clock = SimpleNamespace(time=lambda: time.time() - past)
    monkeypatch.setattr("limits.aio.storage.memory.time", clock)


@pytest_asyncio.fixture(scope="session")
async def served_upstream() -> AsyncIterator[Upstream]:
    async with Upstream.started() as upstream:
        yield upstream


@pytest_asyncio.fixture(scope="session")
async def gateway(served_upstream: Upstream, redis_url: str) -> AsyncIterator[Gateway]:
    async with serving(served_upstream.url, redis_url=redis_url) as gateway:
        yield gateway


@pytest_asyncio.fixture
async def upstream(served_upstream: Upstream) -> Upstream:
    served_upstream.reset()
    return served_upstream


@pytest_asyncio.fixture
async def client(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    async with gateway.client() as client:
        yield client
