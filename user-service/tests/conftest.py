"""Fixtures: the running service, with a real database and its own signing keys."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from jose.backends.base import Key
from pydantic import SecretStr

from app.config.settings import UserSettings
from app.main import create_app
from app.models.messages import UserMessage
from app.models.user import Role
from app.repositories.users import Users
from app.security import provider_keys, provider_login
from app.security.signing_keys import SigningKeys
from app.security.tokens import Tokens
from chassis import Database, Outbox
from chassis.testing import started
from tests.factories import (
    ORDER_SERVICE,
    Account,
    client_settings,
    sign_up,
    write_signing_key,
)
from tests.openid_provider import Provider

pytest_plugins = ["chassis.testing"]


@pytest.fixture(autouse=True)
def patience_with_providers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test machine that stalls is no silent provider."""
    monkeypatch.setattr(provider_keys, "WAIT_SECONDS", 20.0)
    monkeypatch.setattr(provider_keys, "FETCH_SECONDS", 20.0)
    monkeypatch.setattr(provider_login, "REDEEM_SECONDS", 20.0)


@pytest.fixture(scope="session")
def signing_keys_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("signing-keys")
    write_signing_key(folder / "2026-01.pem")
    write_signing_key(folder / "2026-02.pem")
    return folder


@pytest.fixture(scope="session")
def keys(signing_keys_dir: Path) -> SigningKeys:
    return SigningKeys(signing_keys_dir, activation=timedelta(0))


@pytest.fixture(scope="session")
def signing_keys(keys: SigningKeys) -> dict[str, Key]:
    """The private keys, with which tests forge tokens."""
    return {key.kid: key.private for key in keys.all()}


@pytest.fixture(scope="session")
def settings(
    database_url: str, broker_url: str, signing_keys_dir: Path
) -> UserSettings:
    return UserSettings(
        environment="test",
        database_url=SecretStr(database_url),
        rabbitmq_url=SecretStr(broker_url),
        signing_keys_dir=signing_keys_dir,
        service_clients=client_settings(ORDER_SERVICE),
        bcrypt_cost=4,
    )


@pytest.fixture
def tokens(keys: SigningKeys, settings: UserSettings) -> Tokens:
    """Issues tokens that the service accepts as its own."""
    return Tokens(keys, settings.token_issuer, settings.token_audience)


@pytest.fixture
def outbox() -> Outbox:
    """Stores events without waking a relay."""
    return Outbox(UserMessage, "/user-service", lambda: None)


@pytest_asyncio.fixture(scope="session")
async def running_service(settings: UserSettings) -> AsyncIterator[httpx.AsyncClient]:
    async with started(create_app(settings)) as client:
        yield client


@pytest.fixture(scope="session")
def provider() -> Iterator[Provider]:
    """An OpenID Connect provider."""
    with Provider.running() as provider:
        yield provider


@pytest_asyncio.fixture(scope="session")
async def service_with_provider(
    settings: UserSettings, provider: Provider
) -> AsyncIterator[httpx.AsyncClient]:
    given = settings.model_copy(update={"oidc_providers": (provider.settings(),)})
    async with started(create_app(given)) as client:
        yield client


@pytest_asyncio.fixture
async def admin(client: httpx.AsyncClient, database: Database) -> Account:
    """The only administrator, logged in."""
    account = await sign_up(client, username="root")
    async with database.transaction() as session:
        (await Users(session).get(account.user["id"])).change_role(Role.ADMIN)
    return account


@pytest.fixture
def client(running_service: httpx.AsyncClient, database: Database) -> httpx.AsyncClient:
    """A client of the service, whose database is empty."""
    return running_service
