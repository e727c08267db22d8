"""The sessions of browsers that have logged in at a provider, and how they end."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.security.logout_tokens import EVENT
from chassis import Database
from tests.factories import sign_up
from tests.openid_provider import CLIENT_ID, LOGOUT, Provider
from tests.provider_browser import begin, come_back

NONSENSE = "pX2b8mK0c3cJ9yq7Qw5aVt1Zr4Lh6Nd"


@pytest.fixture
def client(
    service_with_provider: httpx.AsyncClient, database: Database
) -> httpx.AsyncClient:
    return service_with_provider


async def log_in(
    client: httpx.AsyncClient, provider: Provider, **claims: Any
) -> httpx.Response:
    begun = await begin(client)
    code = provider.grant(begun.sent["nonce"], **claims)
    return await come_back(client, begun, code=code)


async def refresh(client: httpx.AsyncClient, refresh_token: str) -> httpx.Response:
    return await client.post("/refresh", json={"refresh_token": refresh_token})


async def log_out(client: httpx.AsyncClient, refresh_token: str) -> str | None:
    body = {"refresh_token": refresh_token}
    response = await client.post("/auth/oidc/logout", json=body)
    assert response.status_code == 200, response.text
    url: str | None = response.json()["end_session_url"]
    return url


async def end_at_provider(
    client: httpx.AsyncClient, provider: Provider, **given: Any
) -> None:
    claims = {"aud": CLIENT_ID, "sub": None, "sid": None, "jti": uuid4().hex, **given}
    token = provider.token({"typ": LOGOUT}, events={EVENT: {}}, **claims)
    path = "/auth/oidc/backchannel-logout"
    ended = await client.post(path, data={"logout_token": token})
    assert ended.status_code == 204, ended.text


@pytest.mark.parametrize(
    "ended", [{"sid": "one"}, {"sub": "kate"}, {"sub": "kate", "sid": "one"}], ids=str
)
async def test_provider_ends_session_of_browser(
    client: httpx.AsyncClient, provider: Provider, ended: dict[str, str]
) -> None:
    opened = await log_in(client, provider, sub="kate", sid="one")
    pair = (await refresh(client, opened.json()["refresh_token"])).json()

    await end_at_provider(client, provider, **ended)

    refused = await refresh(client, pair["refresh_token"])
    assert refused.status_code == 401
    token = {"token": pair["access_token"]}
    assert not (await client.post("/validate-token", json=token)).json()["valid"]


async def test_provider_leaves_other_sessions_open(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    opened = await log_in(client, provider, sub="kate", sid="one")

    await end_at_provider(client, provider, sub="kate", sid="two")

    assert (await refresh(client, opened.json()["refresh_token"])).status_code == 200


async def test_provider_ends_session_without_sid(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    opened = await log_in(client, provider, sub="kate", sid=None)

    await end_at_provider(client, provider, sub="kate", sid="one")

    assert (await refresh(client, opened.json()["refresh_token"])).status_code == 401


async def test_session_that_ended_at_provider_is_not_opened(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    await end_at_provider(client, provider, sid="over")

    response = await log_in(client, provider, sid="over")

    assert (response.status_code, response.json()["code"]) == (403, "login_denied")


async def test_deactivated_user_cannot_log_in(
    client: httpx.AsyncClient, provider: Provider, database: Database
) -> None:
    opened = await log_in(client, provider, sub="kate")
    async with database.transaction() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("UPDATE users SET is_active = false")

    response = await log_in(client, provider, sub="kate")

    assert (response.status_code, response.json()["code"]) == (403, "login_denied")
    assert (await refresh(client, opened.json()["refresh_token"])).status_code == 401


async def test_log_out_leads_to_provider(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    refresh_token = (await log_in(client, provider)).json()["refresh_token"]

    url = await log_out(client, refresh_token)

    assert url == (
        f"{provider.issuer}/logout?client_id={CLIENT_ID}"
        "&post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A9000%2F"
    )
    assert (await refresh(client, refresh_token)).status_code == 401


async def test_log_out_of_password_session_ends_here(
    client: httpx.AsyncClient,
) -> None:
    refresh_token = (await sign_up(client)).tokens["refresh_token"]

    assert await log_out(client, refresh_token) is None

    assert (await refresh(client, refresh_token)).status_code == 401
    assert await log_out(client, NONSENSE) is None


async def test_log_out_needs_no_provider_that_answers(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    refresh_token = (await log_in(client, provider)).json()["refresh_token"]
    provider.stop()

    url = await log_out(client, refresh_token)

    provider.restart()
    assert url is not None
    assert (await refresh(client, refresh_token)).status_code == 401
