"""Fixtures: the gateway in front of a real user-service."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from chassis.testing import Network
from tests.gateway import Gateway, serving
from tests.user_service import UserService, running


@pytest_asyncio.fixture(scope="session")
async def user_service(
    broker_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[UserService]:
    async with running(broker_url, tmp_path_factory.mktemp("keys")) as service:
        yield service


@pytest_asyncio.fixture
async def network(user_service: UserService) -> AsyncIterator[Network]:
    """Between the gateway and user-service."""
    async with Network.to("127.0.0.1", user_service.port) as network:
        yield network


@pytest_asyncio.fixture
async def front(network: Network) -> AsyncIterator[Gateway]:
    url = f"http://127.0.0.1:{network.port}"
    async with serving(url) as gateway:
        yield gateway


@pytest_asyncio.fixture
async def browser(front: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    """A client with a cookie jar, which sends the header against CSRF."""
    headers = {"X-CSRF-Protection": "1"}
    async with front.client(headers=headers) as client:
        yield client


@pytest_asyncio.fixture
async def ada(user_service: UserService) -> str:
    """Returns the username of a new user."""
    return await user_service.register()
