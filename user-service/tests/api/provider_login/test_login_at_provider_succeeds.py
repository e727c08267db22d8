"""Browsers come back from a provider, and get a session."""

import base64
import hashlib
from typing import Any

import httpx

from tests.openid_provider import CLIENT_ID, Provider
from tests.provider_browser import BegunLogin, begin, cleared, come_back

CALLBACK_URL = "http://localhost:9000/api/v1/auth/oidc/callback"


async def owner(client: httpx.AsyncClient, response: httpx.Response) -> dict[str, Any]:
    """The user of the session that a callback has opened."""
    assert response.status_code == 200, response.text
    refresh_token = response.json()["refresh_token"]
    pair = await client.post("/refresh", json={"refresh_token": refresh_token})
    assert pair.status_code == 200, pair.text
    headers = {"Authorization": f"Bearer {pair.json()['access_token']}"}
    found: dict[str, Any] = (await client.get("/me", headers=headers)).json()
    return found


async def test_code_is_redeemed_with_verifier_and_secret(
    client: httpx.AsyncClient, provider: Provider, begun: BegunLogin
) -> None:
    code = provider.grant(begun.sent["nonce"])

    await come_back(client, begun, code=code, session_state="ignored")

    form = provider.forms[-1]
    digest = hashlib.sha256((form.pop("code_verifier") or "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert challenge == begun.sent["code_challenge"]
    credentials = base64.b64encode(f"{CLIENT_ID}:hunter2hunter2".encode()).decode()
    assert form == {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK_URL,
        "authorization": f"Basic {credentials}",
    }


async def test_log_in_opens_session_of_new_user(
    client: httpx.AsyncClient, provider: Provider, begun: BegunLogin
) -> None:
    profile: dict[str, Any] = {
        "preferred_username": "kate",
        "name": "Kate Keys",
        "email": "kate@example.com",
        "email_verified": True,
    }
    code = provider.grant(begun.sent["nonce"], **profile)

    response = await come_back(client, begun, code=code)

    assert response.json().keys() == {"refresh_token", "return_to"}
    assert response.json()["return_to"] == "/orders?status=shipped"
    assert response.headers["Cache-Control"] == "no-store"
    assert cleared(response)
    user = await owner(client, response)
    assert (user["username"], user["full_name"]) == ("kate", "Kate Keys")
    assert user["email"] == "kate@example.com"


async def test_log_in_finds_user_by_issuer_and_subject(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    token = provider.token(sub="kate")
    validated = await client.post("/validate-token", json={"token": token})
    users = []
    for _ in range(2):
        begun = await begin(client)
        code = provider.grant(begun.sent["nonce"], sub="kate")
        users.append(await owner(client, await come_back(client, begun, code=code)))

    assert {user["id"] for user in users} == {validated.json()["user_id"]}


async def test_role_comes_from_access_token_for_platform(
    client: httpx.AsyncClient, provider: Provider, begun: BegunLogin
) -> None:
    roles: dict[str, Any] = {"realm_access": {"roles": ["shop-admin"]}}
    access_token = provider.token(sub="kate", **roles)
    code = provider.grant(begun.sent["nonce"], access_token, sub="kate")

    user = await owner(client, await come_back(client, begun, code=code))

    assert user["role"] == "admin"


async def test_role_comes_from_id_token_otherwise(
    client: httpx.AsyncClient, provider: Provider, begun: BegunLogin
) -> None:
    roles: dict[str, Any] = {"realm_access": {"roles": ["shop-admin"]}}
    code = provider.grant(begun.sent["nonce"], **roles)

    user = await owner(client, await come_back(client, begun, code=code))

    assert user["role"] == "admin"


async def test_access_token_of_other_user_is_refused(
    client: httpx.AsyncClient, provider: Provider, begun: BegunLogin
) -> None:
    other = provider.token(sub="mallory")
    code = provider.grant(begun.sent["nonce"], other, sub="kate")

    response = await come_back(client, begun, code=code)

    assert response.json()["code"] == "provider_login_failed"
