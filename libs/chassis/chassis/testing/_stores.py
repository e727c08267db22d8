"""Fixtures for PostgreSQL, Redis and RabbitMQ, all of them real."""

import os
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
from alembic import command
from alembic.config import Config
from psycopg import sql
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncSession

from chassis._database.database import Base, Database

STORES_FILE = Path(".local/test/stores.env")


def _store_url(name: str) -> str:
    """The address of a test store: from the environment, or from `make stores`."""
    if name in os.environ:
        return os.environ[name]
    for folder in (Path.cwd(), *Path.cwd().parents):
        file = folder / STORES_FILE
        if file.exists():
            lines = (line.partition("=") for line in file.read_text().splitlines())
            return {key: value for key, _, value in lines}[name]
    pytest.exit(f"{name} is not set: run `make stores` first", returncode=2)


@pytest.fixture(scope="session")
def broker_url() -> str:
    return _store_url("TEST_RABBITMQ_URL")


@pytest.fixture(scope="session")
def redis_url() -> str:
    return _store_url("TEST_REDIS_URL")


@pytest.fixture(scope="session")
def alembic_config() -> Config:
    """Returns Alembic's configuration of the service in the current folder."""
    return Config("alembic.ini")


@contextmanager
def temporary_database(template: str | None = None) -> Iterator[str]:
    """Creates a database, yields its URL, and drops it.

    Args:
        template: the URL of the database to copy, to which nothing is connected. By
            default the new one is empty.
    """
    admin = make_url(_store_url("TEST_POSTGRES_URL")).set(drivername="postgresql")
    name = f"test_{uuid.uuid4().hex[:12]}"
    original = make_url(template).database if template else None
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        sql.Identifier(name), sql.Identifier(original or "template1")
    )
    conninfo = admin.render_as_string(hide_password=False)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(create)
        url = admin.set(drivername="postgresql+psycopg", database=name)
        yield url.render_as_string(hide_password=False)
        connection.execute(
            sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
        )


@pytest.fixture(scope="session")
def database_url(alembic_config: Config) -> Iterator[str]:
    """A database of this run's own, made by the service's migrations."""
    with temporary_database() as url, pytest.MonkeyPatch.context() as environment:
        environment.setenv("DATABASE_URL", url)
        command.upgrade(alembic_config, "head")
        yield url


@pytest_asyncio.fixture(scope="session")
async def database_pool(database_url: str) -> AsyncIterator[Database]:
    async with Database(database_url, pool_size=10) as pool:
        yield pool


@pytest_asyncio.fixture
async def database(database_pool: Database) -> Database:
    """The database, empty at the start of each test that uses it."""
    tables = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    async with database_pool.transaction() as session:
        await session.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    return database_pool


@pytest_asyncio.fixture
async def session(database: Database) -> AsyncIterator[AsyncSession]:
    """A session whose work is rolled back after the test."""
    async with database.transaction() as session:
        yield session
        await session.rollback()
