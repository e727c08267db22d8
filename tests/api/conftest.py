"""Fixtures of the tests of every endpoint: the callers and their objects."""

from collections.abc import AsyncIterator
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx
import pytest
import pytest_asyncio

from tests.api.request_sender import Known, RequestSender
from tools.client.shop import Shop
from tools.local.lifecycle import Platform
from tools.local.ports import GATEWAY


@pytest_asyncio.fixture(scope="module")
async def shop(platform: Platform) -> AsyncIterator[Shop]:
    """One shop for all tests of a module, because they change nothing."""
    async with Shop(platform) as shop:
        yield shop


@pytest_asyncio.fixture(scope="module")
async def gateway(platform: Platform) -> AsyncIterator[httpx.AsyncClient]:
    """Sends any request to the gateway, and keeps no cookies."""
    url = platform.url(GATEWAY)
    none = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    async with httpx.AsyncClient(base_url=url, timeout=15, cookies=none) as client:
        yield client


@pytest_asyncio.fixture(scope="module")
async def known(shop: Shop) -> Known:
    return await Known.made(shop)


@pytest.fixture(scope="module")
def send(shop: Shop, gateway: httpx.AsyncClient, known: Known) -> RequestSender:
    """Sends requests to the operations as a permitted caller."""
    return RequestSender(shop, gateway, known)
