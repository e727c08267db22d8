"""A small service, running in this process."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr

from chassis import Database, ServiceSettings
from chassis.testing import started
from tests.thing_service import create_app


@pytest.fixture
def app(database: Database, database_url: str) -> FastAPI:
    assert database
    return create_app(
        ServiceSettings(
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
