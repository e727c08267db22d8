"""The running app, with its tables empty and users who need no user-service."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from app.main import create_app
from chassis import Database, ServiceSettings
from chassis.testing import FakeTokenValidator, started


@pytest_asyncio.fixture
async def client(
    database: Database, database_url: str
) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(ServiceSettings(database_url=database_url))
    async with started(app) as client:
        app.state.token_validator = FakeTokenValidator()
        yield client
