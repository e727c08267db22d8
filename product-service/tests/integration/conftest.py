"""A large catalogue, which is filled once and copied for each test."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from alembic import command
from alembic.config import Config

from chassis import Database
from chassis.testing import temporary_database
from tests.integration.large_catalogue import store_goods


@pytest_asyncio.fixture(scope="module")
async def filled_database_url(alembic_config: Config) -> AsyncIterator[str]:
    with temporary_database() as url, pytest.MonkeyPatch.context() as environment:
        environment.setenv("DATABASE_URL", url)
        command.upgrade(alembic_config, "head")
        async with Database(url) as database:
            await store_goods(database)
        yield url


@pytest_asyncio.fixture
async def large_catalogue(filled_database_url: str) -> AsyncIterator[Database]:
    """A database with the goods of `store_goods`."""
    with temporary_database(filled_database_url) as url:
        async with Database(url) as database:
            yield database
