"""What the chassis' own tests share."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from opentelemetry.sdk.trace import TracerProvider
from sqlalchemy import create_engine, make_url

from chassis import Base
from chassis.testing import Network, temporary_database
from tests import tables

pytest_plugins = ["chassis.testing"]

assert tables


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
    """A network to the database, and the database's URL by way of it."""
    url = make_url(database_url)
    async with Network.to(url.host or "", url.port or 0) as network:
        through = url.set(host="127.0.0.1", port=network.port)
        yield network, through.render_as_string(hide_password=False)


@pytest_asyncio.fixture
async def broker_network(broker_url: str) -> AsyncIterator[tuple[Network, str]]:
    """A network to the broker, and the broker's URL by way of it."""
    url = make_url(broker_url)
    async with Network.to(url.host or "", url.port or 0) as network:
        through = url.set(host="127.0.0.1", port=network.port)
        yield network, through.render_as_string(hide_password=False)
