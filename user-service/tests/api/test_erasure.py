"""Users erase their own accounts."""

import asyncio

import httpx

from chassis import Database
from tests.factories import (
    Account,
    is_accepted,
    log_in,
    refresh,
    register,
    sign_up,
    stored_events,
)


async def test_erasure_removes_personal_data(
    client: httpx.AsyncClient, database: Database, admin: Account
) -> None:
    ada = await sign_up(client, email="ada@example.com", full_name="Ada Lovelace")
    user_id = ada.user["id"]

    response = await client.delete("/me", headers=ada.headers)

    assert (response.status_code, response.content) == (204, b"")
    erased = (await client.get(f"/users/{user_id}", headers=admin.headers)).json()
    assert erased["username"] == f"erased-{user_id}"
    assert (erased["email"], erased["full_name"]) == (None, None)
    assert not erased["is_active"]
    assert ("user.erased", {"user_id": user_id}) in await stored_events(database)


async def test_erased_user_cannot_log_in(client: httpx.AsyncClient) -> None:
    ada = await sign_up(client)

    await client.delete("/me", headers=ada.headers)

    assert not await is_accepted(client, ada.tokens["access_token"])
    assert (await refresh(client, ada.tokens["refresh_token"])).status_code == 401
    for name in (ada.user["username"], f"erased-{ada.user['id']}"):
        assert (await log_in(client, name)).status_code == 401
        assert (await log_in(client, name, "!")).status_code == 401


async def test_erased_username_and_email_become_available(
    client: httpx.AsyncClient,
) -> None:
    ada = await sign_up(client, username="ada", email="ada@example.com")

    await client.delete("/me", headers=ada.headers)

    again = await register(client, username="ada", email="ada@example.com")
    assert again.status_code == 201
    assert again.json()["id"] != ada.user["id"]


async def test_username_reserved_for_erased_accounts_is_rejected(
    client: httpx.AsyncClient,
) -> None:
    response = await register(client, username="Erased-1")

    assert (response.status_code, response.json()["code"]) == (400, "username_taken")


async def test_concurrent_erasures_publish_one_event(
    client: httpx.AsyncClient, database: Database
) -> None:
    ada = await sign_up(client)

    answers = await asyncio.gather(
        *(client.delete("/me", headers=ada.headers) for _ in "12")
    )

    assert sorted(a.status_code for a in answers) in ([204, 401], [204, 409])
    kinds = [kind for kind, _ in await stored_events(database)]
    assert kinds.count("user.erased") == kinds.count("session.revoked") == 1


async def test_last_administrator_cannot_erase_account(
    client: httpx.AsyncClient, admin: Account
) -> None:
    response = await client.delete("/me", headers=admin.headers)

    assert (response.status_code, response.json()["code"]) == (
        409,
        "last_administrator",
    )
    assert await is_accepted(client, admin.tokens["access_token"])
