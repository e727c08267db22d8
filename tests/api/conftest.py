"""Fixtures of the tests of every endpoint: the callers and their objects."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.api.request_sender import Known, RequestSender
from tools.client.shop import Shop
from tools.local.lifecycle import Platform


@pytest_asyncio.fixture(scope="module")
async def shop(platform: Platform) -> AsyncIterator[Shop]:
    """One shop for all tests of a module, because they change nothing."""
    async with Shop(platform) as shop:
        yield shop


@pytest_asyncio.fixture(scope="module")
async def known(shop: Shop) -> Known:
    return await Known.made(shop)


@pytest.fixture(scope="module")
def send(shop: Shop, known: Known) -> RequestSender:
    """Sends requests to the operations as a permitted caller."""
    return RequestSender(shop, known)
