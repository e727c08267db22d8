"""Fixtures of the chassis' own tests."""

import logging
import sys
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
import structlog
from opentelemetry.sdk.trace import TracerProvider
from sqlalchemy import create_engine

from chassis import Base
from chassis.testing import Network, temporary_database
from tests import tables

pytest_plugins = ["chassis.testing"]

assert tables


@pytest.fixture(autouse=True)
def restored_logging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Undoes `configure_logging`, whose handler would write to the test's closed stdout
    when a later test logs a line."""
    monkeypatch.setattr(logging.root, "handlers", [*logging.root.handlers])
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    level, config = logging.root.level, structlog.get_config()
    yield
    logging.root.setLevel(level)
    structlog.configure(**config)


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    with temporary_database() as url:
        engine = create_engine(url)
        Base.metadata.create_all(engine)
        engine.dispose()
        yield url


@pytest.fixture(scope="session")
def provider() -> TracerProvider:
    return TracerProvider()


@pytest_asyncio.fixture
async def database_network(database_url: str) -> AsyncIterator[tuple[Network, str]]:
    async with Network.before(database_url) as network_and_url:
        yield network_and_url


@pytest_asyncio.fixture
async def broker_network(broker_url: str) -> AsyncIterator[tuple[Network, str]]:
    async with Network.before(broker_url) as network_and_url:
        yield network_and_url


@pytest.fixture
def required_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment has what every service requires."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p@localhost/d")
    monkeypatch.setenv("RABBITMQ_URL", "amqp://u:p@rabbit/")
