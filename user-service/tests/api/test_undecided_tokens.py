"""Tokens of a provider that cannot be asked for its keys: 503, and never 401."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio

from app.config.settings import UserSettings
from app.main import create_app
from app.security.logout_tokens import EVENT
from chassis import Database
from chassis.testing import started
from tests.factories import bearer
from tests.openid_provider import CLIENT_ID, LOGOUT, Provider


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider that is down."""
    with Provider.running() as provider:
        provider.stop()
        yield provider
        provider.restart()


@pytest.fixture
def token(provider: Provider) -> str:
    return provider.token(sub="ada", sid="one")


@pytest_asyncio.fixture
async def client(
    settings: UserSettings, provider: Provider, database: Database
) -> AsyncIterator[httpx.AsyncClient]:
    given = settings.model_copy(update={"oidc_providers": (provider.settings(),)})
    async with started(create_app(given)) as client:
        yield client


async def test_validation_decides_nothing(
    client: httpx.AsyncClient, token: str
) -> None:
    for body in (f'{{"token":"{token}"}}', f'{{ "token": "{token}" }}'):
        response = await client.post(
            "/validate-token",
            content=body,
            headers={"Content-Type": "application/json"},
        )

        assert response.status_code == 503
        assert response.json()["code"] == "authentication_unavailable"
        assert response.headers["Retry-After"]


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/me"), ("GET", "/users"), ("POST", "/logout")]
)
async def test_caller_is_not_rejected(
    client: httpx.AsyncClient, token: str, method: str, path: str
) -> None:
    response = await client.request(method, path, headers=bearer(token))

    assert response.status_code == 503
    assert response.json()["code"] == "authentication_unavailable"


async def test_provider_is_to_repeat_its_log_out(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    claims = {"aud": CLIENT_ID, "sid": "one", "events": {EVENT: {}}}
    logout_token = provider.token({"typ": LOGOUT}, **claims)

    response = await client.post(
        "/auth/oidc/backchannel-logout", data={"logout_token": logout_token}
    )

    assert response.status_code == 503
    assert response.json()["code"] == "provider_unavailable"


async def test_nonsense_is_rejected_nevertheless(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    for header in ({"kid": None}, {"kid": 7}, {"typ": "JWT"}, {"crit": ["exp"]}):
        token = provider.token(header)
        response = await client.post("/validate-token", json={"token": token})

        assert response.status_code == 200
        assert not response.json()["valid"]
