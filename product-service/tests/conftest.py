"""The fixtures of product-service's tests."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr
from redis.asyncio import Redis

from app.config.settings import ProductSettings
from app.main import create_app
from chassis import Database
from chassis.testing import FakeTokenValidator, Network, started

pytest_plugins = ["chassis.testing"]

# Other services' tests may be using the first one.
REDIS_DATABASE = 2

UNREACHABLE = "http://127.0.0.1:9"


@pytest.fixture(scope="session")
def cache_url(redis_url: str) -> str:
    server, _, _ = redis_url.rpartition("/")
    return f"{server}/{REDIS_DATABASE}"


@pytest_asyncio.fixture
async def redis(cache_url: str) -> AsyncIterator[Redis]:
    """An empty Redis."""
    async with Redis.from_url(cache_url) as redis:
        await redis.flushdb()
        yield redis


@pytest_asyncio.fixture
async def cache_network(cache_url: str) -> AsyncIterator[tuple[Network, str]]:
    async with Network.before(cache_url) as network_and_url:
        yield network_and_url


@pytest.fixture
def settings(database_url: str, cache_url: str, broker_url: str) -> ProductSettings:
    return ProductSettings(
        database_url=SecretStr(database_url),
        redis_url=SecretStr(cache_url),
        rabbitmq_url=SecretStr(broker_url),
        user_service_url=UNREACHABLE,
    )


@pytest.fixture
def app(settings: ProductSettings) -> FastAPI:
    return create_app(settings)


@pytest_asyncio.fixture
async def client(
    app: FastAPI, database: Database, redis: Redis
) -> AsyncIterator[httpx.AsyncClient]:
    assert database
    assert redis
    async with started(app, token_validator=FakeTokenValidator()) as client:
        yield client


@pytest_asyncio.fixture
async def remote(
    settings: ProductSettings,
    cache_network: tuple[Network, str],
    database: Database,
    redis: Redis,
) -> AsyncIterator[httpx.AsyncClient]:
    """A replica whose network to Redis can fail."""
    assert database
    assert redis
    url = SecretStr(cache_network[1])
    app = create_app(settings.model_copy(update={"redis_url": url}))
    async with started(app, token_validator=FakeTokenValidator()) as client:
        yield client
