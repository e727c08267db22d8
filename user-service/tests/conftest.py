"""The running service, against a real database and with a key of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from jose.backends.base import Key
from pydantic import SecretStr

from app.config.settings import UserSettings
from app.main import create_app
from app.services.tokens import Tokens, load_signing_keys
from chassis import Database
from chassis.testing import started
from tests.factories import ORDER_SERVICE, client_settings, write_signing_key

pytest_plugins = ["chassis.testing"]


@pytest.fixture(scope="session")
def signing_keys_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("signing-keys")
    write_signing_key(folder / "2026-01.pem")
    write_signing_key(folder / "2026-02.pem")
    return folder


@pytest.fixture(scope="session")
def signing_keys(signing_keys_dir: Path) -> dict[str, Key]:
    return load_signing_keys(signing_keys_dir)


@pytest.fixture(scope="session")
def settings(database_url: str, signing_keys_dir: Path) -> UserSettings:
    return UserSettings(
        environment="test",
        database_url=SecretStr(database_url),
        signing_keys_dir=signing_keys_dir,
        service_clients=client_settings(ORDER_SERVICE),
        bcrypt_cost=4,
    )


@pytest.fixture
def tokens(signing_keys: dict[str, Key], settings: UserSettings) -> Tokens:
    """Issues what the service takes for its own."""
    return Tokens(signing_keys, settings.token_issuer, settings.token_audience)


@pytest_asyncio.fixture(scope="session")
async def running_service(settings: UserSettings) -> AsyncIterator[httpx.AsyncClient]:
    async with started(create_app(settings)) as client:
        yield client


@pytest.fixture
def client(running_service: httpx.AsyncClient, database: Database) -> httpx.AsyncClient:
    """A client of the service, which has kept nothing from other tests."""
    return running_service
