"""Fixtures: a provider, and a reader of its access tokens."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from opentelemetry.sdk.trace import TracerProvider

from app.security.provider_tokens import ProviderTokens
from chassis import HttpClient
from tests.openid_provider import Provider
from tests.provider_tokens import Clock, reader


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider.running() as provider:
        yield provider


@pytest_asyncio.fixture
async def http() -> AsyncIterator[HttpClient]:
    client = HttpClient("shop", "", TracerProvider())
    yield client
    await client.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def provider_tokens(
    provider: Provider, http: HttpClient, clock: Clock
) -> ProviderTokens:
    return reader(provider.settings(), http, clock)
