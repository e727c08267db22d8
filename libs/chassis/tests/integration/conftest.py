"""A small service, running in this process."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr

from chassis import Database, DatabaseSettings
from chassis._peers.network import Connections
from chassis.testing import started
from tests.raw_http import SHOP, Server
from tests.thing_server import IMPATIENT_SERVER, LINGERING_SERVER, served_things
from tests.thing_service import create_app


@pytest.fixture
def app(database: Database, database_url: str) -> FastAPI:
    assert database
    return create_app(
        DatabaseSettings(
            environment="test",
            database_url=SecretStr(database_url),
            allowed_origins=("http://shop.example",),
            token_url="http://users.example/login",
        )
    )


@pytest_asyncio.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with started(app) as client:
        yield client


@pytest_asyncio.fixture(scope="session")
async def server(database_url: str) -> AsyncIterator[Server]:
    async with served_things(database_url, LINGERING_SERVER, ALLOWED_ORIGINS=SHOP) as (
        _,
        client,
    ):
        yield server_behind(client)


@pytest_asyncio.fixture
async def server_of_production(database_url: str) -> AsyncIterator[Server]:
    async with served_things(database_url) as (_, client):
        yield server_behind(client)


@pytest_asyncio.fixture(scope="session")
async def impatient_server(database_url: str) -> AsyncIterator[Server]:
    """One that waits a second, instead of ten, for the rest of a request."""
    async with served_things(database_url, IMPATIENT_SERVER, ALLOWED_ORIGINS=SHOP) as (
        _,
        client,
    ):
        yield server_behind(client)


@pytest_asyncio.fixture
async def connections() -> AsyncIterator[Connections]:
    connections = Connections()
    yield connections
    await connections.close()


def server_behind(client: httpx.AsyncClient) -> Server:
    port = client.base_url.port
    assert port
    return Server("127.0.0.1", port)
