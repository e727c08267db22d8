"""Sessions that a provider ends (OpenID Connect Back-Channel Logout 1.0)."""

import time
from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.security.logout_tokens import EVENT
from chassis import Database
from tests.openid_provider import AUDIENCE, CLIENT_ID, ID, LOGOUT, Provider

PATH = "/auth/oidc/backchannel-logout"


@pytest.fixture
def client(
    service_with_provider: httpx.AsyncClient, database: Database
) -> httpx.AsyncClient:
    return service_with_provider


def logout_token(
    provider: Provider, header: dict[str, Any] | None = None, **given: Any
) -> str:
    claims: dict[str, Any] = {
        "aud": CLIENT_ID,
        "sub": None,
        "sid": None,
        "jti": uuid4().hex,
        "events": {EVENT: {}},
    }
    return provider.token({"typ": LOGOUT, **(header or {})}, **{**claims, **given})


async def log_out(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post(PATH, data={"logout_token": token, "state": "ignored"})


async def is_accepted(client: httpx.AsyncClient, token: str) -> bool:
    response = await client.post("/validate-token", json={"token": token})
    is_valid: bool = response.json()["valid"]
    return is_valid


async def test_provider_ends_one_session(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    one, two = (provider.token(sub="ada", sid=sid) for sid in ("one", "two"))
    assert await is_accepted(client, one)
    assert await is_accepted(client, two)

    response = await log_out(client, logout_token(provider, sub="ada", sid="one"))

    assert response.status_code == 204
    assert response.headers["Cache-Control"] == "no-store"
    assert not await is_accepted(client, one)
    assert not await is_accepted(client, provider.token(sub="ada", sid="one"))
    assert await is_accepted(client, two)


async def test_provider_ends_session_by_sid_alone(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    token = provider.token(sub="ada", sid="one")
    assert await is_accepted(client, token)

    assert (await log_out(client, logout_token(provider, sid="one"))).is_success

    assert not await is_accepted(client, token)


async def test_provider_ends_all_sessions_of_subject(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    tokens = [provider.token(sub="ada", sid=sid) for sid in ("one", "two", None)]
    grace = provider.token(sub="grace")
    for token in (*tokens, grace):
        assert await is_accepted(client, token)

    assert (await log_out(client, logout_token(provider, sub="ada"))).is_success

    assert not any([await is_accepted(client, token) for token in tokens])
    assert await is_accepted(client, grace)
    later = provider.token(sub="ada", iat=int(time.time()) + 1)
    assert await is_accepted(client, later)


@pytest.mark.parametrize("named", [{"sub": "ada"}, {"sub": "ada", "sid": "one"}])
async def test_tokens_without_sid_end_with_their_subject(
    client: httpx.AsyncClient, provider: Provider, named: dict[str, Any]
) -> None:
    seen, unseen = (provider.token(sub="ada", sid=None) for _ in range(2))
    assert await is_accepted(client, seen)

    await log_out(client, logout_token(provider, **named))

    assert not await is_accepted(client, seen)
    assert not await is_accepted(client, unseen)


@pytest.mark.parametrize("named", [{"sub": "ada"}, {"sid": "one"}], ids=str)
async def test_session_that_ended_before_its_first_token_stays_ended(
    client: httpx.AsyncClient, provider: Provider, named: dict[str, Any]
) -> None:
    token = provider.token(sub="ada", sid="one")

    assert (await log_out(client, logout_token(provider, **named))).is_success

    assert not await is_accepted(client, token)


async def test_end_is_reported_to_caches(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    token = provider.token(sub="ada", sid="one")
    validation = await client.post("/validate-token", json={"token": token})
    cursor = (await client.get("/token-changes")).json()["cursor"]

    await log_out(client, logout_token(provider, sid="one"))

    changes = await client.get("/token-changes", params={"since": cursor})
    assert changes.json()["session_ids"] == [validation.json()["sid"]]


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "n"},
        {"nonce": ""},
        {"iss": "http://elsewhere"},
        {"aud": AUDIENCE},
        {"aud": None},
        {"iat": int(time.time()) - 3600},
        {"iat": int(time.time()) + 3600},
        {"iat": None},
        {"exp": int(time.time()) - 1},
        {"exp": None},
        {"jti": None},
        {"jti": ""},
        {"events": None},
        {"events": {}},
        {"events": {EVENT: None}},
        {"events": {"http://elsewhere": {}}},
        {"events": [EVENT]},
        {"sid": None},
        {"sid": 7},
    ],
    ids=str,
)
async def test_logout_token_with_wrong_claim_is_rejected(
    client: httpx.AsyncClient, provider: Provider, wrong: dict[str, Any]
) -> None:
    token = provider.token(sub="ada", sid="one")
    assert await is_accepted(client, token)

    response = await log_out(client, logout_token(provider, **{"sid": "one", **wrong}))

    assert response.status_code == 400
    assert response.headers["Cache-Control"] == "no-store"
    assert response.json()["code"] == "logout_token_invalid"
    assert response.json()["error"] == "invalid_request"
    assert await is_accepted(client, token)


@pytest.mark.parametrize(
    "header",
    [{"typ": ID}, {"typ": "at+jwt"}, {"typ": None}, {"kid": "two"}, {"crit": ["x"]}],
    ids=str,
)
async def test_logout_token_with_wrong_header_is_rejected(
    client: httpx.AsyncClient, provider: Provider, header: dict[str, Any]
) -> None:
    response = await log_out(client, logout_token(provider, header, sid="one"))

    assert response.status_code == 400


async def test_forged_logout_token_is_rejected(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    with Provider.running() as attacker:
        attacker.rotate_to("another")
        forged = logout_token(attacker, {"kid": "one"}, iss=provider.issuer, sid="one")

    assert (await log_out(client, forged)).status_code == 400


async def test_logout_token_is_used_once(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    token = logout_token(provider, sid="one")
    assert (await log_out(client, token)).status_code == 204

    response = await log_out(client, token)

    assert response.status_code == 400
    assert "used before" in response.json()["detail"]


async def test_logout_token_is_no_access_token(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    token = logout_token(provider, aud=[AUDIENCE, CLIENT_ID], sub="ada")

    assert not await is_accepted(client, token)


@pytest.mark.parametrize(
    "body", [b"", b"logout_token=", b"logout_token=a&logout_token=b", b"token=a"]
)
async def test_request_without_one_token_is_rejected(
    client: httpx.AsyncClient, body: bytes
) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    response = await client.post(PATH, content=body, headers=form)

    assert response.status_code == 400
    assert response.headers["Cache-Control"] == "no-store"


async def test_token_is_not_read_from_query(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    token = logout_token(provider, sid="one")

    response = await client.post(PATH, params={"logout_token": token})

    assert response.status_code == 400
