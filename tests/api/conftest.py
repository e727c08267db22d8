"""Fixtures of the tests of every endpoint: the callers and their objects."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.api.asking import Asking, Known
from tools.client.shop import Shop
from tools.local.lifecycle import Platform


@pytest_asyncio.fixture(scope="module")
async def shop(platform: Platform) -> AsyncIterator[Shop]:
    """One for all tests of a module: they only send what changes nothing."""
    async with Shop(platform) as shop:
        yield shop


@pytest_asyncio.fixture(scope="module")
async def known(shop: Shop) -> Known:
    return await Known.made(shop)


@pytest.fixture(scope="module")
def asking(shop: Shop, known: Known) -> Asking:
    """Sends requests to the operations, as somebody who may."""
    return Asking(shop, known)
