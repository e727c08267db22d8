"""Fixtures: a gateway on a real socket, in front of real servers."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from tests.gateway import Gateway, serving
from tests.upstream import Upstream

pytest_plugins = ["chassis.testing"]


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
    async with httpx.AsyncClient(base_url=gateway.url, timeout=10) as client:
        yield client
