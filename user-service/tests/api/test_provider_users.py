"""Users of an OpenID Connect provider: their accounts, sessions and tokens here."""

import asyncio
import time
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from app.models.user import Role, User
from app.repositories.users import Users
from chassis import Database
from tests.factories import bearer, log_in, register, sign_up, stored_events
from tests.openid_provider import Provider


@pytest.fixture
def client(
    service_with_provider: httpx.AsyncClient, database: Database
) -> httpx.AsyncClient:
    return service_with_provider


async def validate(client: httpx.AsyncClient, token: str) -> dict[str, Any]:
    response = await client.post("/validate-token", json={"token": token})
    assert response.status_code == 200
    validation: dict[str, Any] = response.json()
    return validation


async def count_users(database: Database) -> int:
    async with database.transaction() as session:
        return await session.scalar(select(func.count()).select_from(User)) or 0


ADA: dict[str, Any] = {
    "sub": "ada",
    "preferred_username": "ada",
    "name": "Ada Lovelace",
    "email": "ada@example.com",
    "email_verified": True,
}


async def test_first_token_creates_user(
    client: httpx.AsyncClient, provider: Provider, database: Database
) -> None:
    claims = provider.claims(**ADA)

    validation = await validate(client, provider.sign(claims))

    assert validation.pop("user_id") > 0
    assert validation.pop("sid")
    expires_at = validation.pop("expires_at")
    assert expires_at == time.strftime("%FT%TZ", time.gmtime(claims["exp"]))
    assert validation == {
        "valid": True,
        "username": "ada",
        "email": "ada@example.com",
        "full_name": "Ada Lovelace",
        "roles": ["customer"],
        "message": None,
    }
    [(event, data)] = await stored_events(database)
    assert (event, data["username"]) == ("user.registered", "ada")


async def test_later_tokens_belong_to_the_same_user(
    client: httpx.AsyncClient, provider: Provider, database: Database
) -> None:
    first = await validate(client, provider.token(**ADA, sid="one"))
    again = await validate(client, provider.token(**ADA, sid="one"))
    other = await validate(client, provider.token(**ADA, sid="two"))

    assert first["user_id"] == again["user_id"] == other["user_id"]
    assert first["sid"] == again["sid"] != other["sid"]
    assert await count_users(database) == 1


async def test_parallel_first_tokens_create_one_user(
    client: httpx.AsyncClient, provider: Provider, database: Database
) -> None:
    tokens = [provider.token(**ADA) for _ in range(5)]

    found = await asyncio.gather(*(validate(client, token) for token in tokens))

    assert len({each["user_id"] for each in found}) == 1
    assert await count_users(database) == 1


async def test_same_subject_of_another_sid_and_issuer_is_another_user(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    ada = await validate(client, provider.token(sub="ada"))
    grace = await validate(client, provider.token(sub="grace"))

    assert ada["user_id"] != grace["user_id"]


async def test_account_with_same_address_is_not_taken_over(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    local = await sign_up(client, username="ada", email="Ada@example.com")

    validation = await validate(client, provider.token(**ADA))

    assert validation["valid"]
    assert validation["user_id"] != local.user["id"]
    assert validation["email"] is None
    assert validation["username"].startswith("user-")


@pytest.mark.parametrize(
    "claimed",
    [None, 7, "a", "ada@example.com", "ada lovelace", "erased-7", "...", "x" * 51],
    ids=str,
)
async def test_username_that_is_not_allowed_is_replaced(
    client: httpx.AsyncClient, provider: Provider, claimed: Any
) -> None:
    validation = await validate(client, provider.token(preferred_username=claimed))

    assert validation["valid"]
    assert validation["username"].startswith("user-")


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
        {"email": "no address"},
        {"email": 7},
    ],
    ids=str,
)
async def test_address_that_is_not_verified_is_not_stored(
    client: httpx.AsyncClient, provider: Provider, claims: dict[str, Any]
) -> None:
    validation = await validate(client, provider.token(**{**ADA, **claims}))

    assert validation["valid"]
    assert validation["email"] is None


async def test_role_follows_newest_token(
    client: httpx.AsyncClient, provider: Provider, database: Database
) -> None:
    # An administrator must remain.
    root = await sign_up(client, username="root")
    async with database.transaction() as session:
        (await Users(session).get(root.user["id"])).change_role(Role.ADMIN)
    admin = provider.token(**ADA, realm_access={"roles": ["shop-admin"]})
    assert (await validate(client, admin))["roles"] == ["admin"]
    assert (await client.get("/users", headers=bearer(admin))).status_code == 200
    customer = provider.token(**ADA)

    assert (await validate(client, customer))["roles"] == ["customer"]
    account = (await client.get("/me", headers=bearer(customer))).json()
    assert account["role"] == "customer"


async def test_provider_user_has_no_password(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    token = provider.token(**ADA)
    await validate(client, token)

    for password in (".", "." * 53, "correct horse"):
        assert (await log_in(client, "ada", password)).status_code == 401
    change = {"current_password": "correct horse", "new_password": "battery staple"}
    changed = await client.put("/me/password", json=change, headers=bearer(token))
    assert changed.status_code == 400


async def test_deactivation_wins_over_provider(
    client: httpx.AsyncClient, provider: Provider, database: Database
) -> None:
    token = provider.token(**ADA)
    user_id = (await validate(client, token))["user_id"]
    async with database.transaction() as session:
        (await Users(session).get(user_id)).deactivate()

    assert not (await validate(client, token))["valid"]
    assert not (await validate(client, provider.token(**ADA)))["valid"]


async def test_logged_out_session_stays_ended(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    token = provider.token(**ADA, sid="one")
    assert (await validate(client, token))["valid"]

    for _ in range(2):
        out = await client.post("/logout", headers=bearer(token))
        assert out.status_code == 204

    assert not (await validate(client, token))["valid"]
    assert not (await validate(client, provider.token(**ADA, sid="one")))["valid"]
    assert (await validate(client, provider.token(**ADA, sid="two")))["valid"]


async def test_session_can_be_logged_out_unseen(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    token = provider.token(**ADA)

    out = await client.post("/logout", headers=bearer(token))

    assert out.status_code == 204
    assert not (await validate(client, token))["valid"]


async def test_session_lasts_as_long_as_its_newest_token(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    now = int(time.time())
    short = provider.token(**ADA, sid="one", exp=now + 1)
    await validate(client, short)
    long = provider.token(**ADA, sid="one")

    while (await validate(client, short))["valid"]:
        assert (await validate(client, long))["valid"]

    assert (await validate(client, long))["valid"]


async def test_revocation_is_reported_to_caches(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    token = provider.token(**ADA)
    sid = (await validate(client, token))["sid"]
    cursor = (await client.get("/token-changes")).json()["cursor"]

    await client.post("/logout", headers=bearer(token))

    changes = await client.get("/token-changes", params={"since": cursor})
    assert changes.json()["session_ids"] == [sid]


async def test_own_sessions_include_those_of_provider(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    token = provider.token(**ADA)
    sid = (await validate(client, token))["sid"]
    sessions = await client.get("/me/sessions", headers=bearer(token))
    assert [(each["sid"], each["is_current"]) for each in sessions.json()] == [
        (sid, True)
    ]

    await client.delete(f"/me/sessions/{sid}", headers=bearer(token))

    assert not (await validate(client, token))["valid"]


async def test_token_issued_before_erasure_is_rejected(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    token, unseen = provider.token(**ADA), provider.token(**ADA)
    erased_id = (await validate(client, token))["user_id"]
    assert (await client.delete("/me", headers=bearer(token))).status_code == 204

    assert not (await validate(client, token))["valid"]
    assert not (await validate(client, unseen))["valid"]
    later = await validate(client, provider.token(**ADA, iat=int(time.time()) + 1))
    assert later["valid"]
    assert later["user_id"] != erased_id


async def test_services_role_cannot_be_claimed(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    token = provider.token(**ADA, roles=["service"], realm_access={"roles": "service"})

    assert (await validate(client, token))["roles"] == ["customer"]


async def test_provider_user_may_not_take_name_of_reserved_account(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    assert (await register(client, username="ada")).status_code == 201

    ada = await validate(client, provider.token(**ADA))
    twin = await validate(client, provider.token(**{**ADA, "sub": "twin"}))

    assert len({"ada", ada["username"], twin["username"]}) == 3
