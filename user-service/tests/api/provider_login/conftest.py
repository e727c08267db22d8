"""A browser that logs in at a provider."""

import httpx
import pytest
import pytest_asyncio

from chassis import Database
from tests.provider_browser import BegunLogin, begin


@pytest.fixture
def client(
    service_with_provider: httpx.AsyncClient, database: Database
) -> httpx.AsyncClient:
    return service_with_provider


@pytest_asyncio.fixture
async def begun(client: httpx.AsyncClient) -> BegunLogin:
    return await begin(client, return_to="/orders?status=shipped")
