"""Changes and erasure of the caller's own account."""

import asyncio

import httpx
import pytest

from chassis import Database
from tests.factories import (
    PASSWORD,
    Account,
    is_accepted,
    keep_failures_recent,
    log_in,
    refresh,
    register,
    service_headers,
    sign_up,
    stored_events,
)

NEW_PASSWORD = "battery staple"


async def change_password(
    client: httpx.AsyncClient, account: Account, current: str = PASSWORD
) -> httpx.Response:
    body = {"current_password": current, "new_password": NEW_PASSWORD}
    return await client.put("/me/password", json=body, headers=account.headers)


async def test_update_changes_only_present_fields(
    client: httpx.AsyncClient,
) -> None:
    ada = await sign_up(client, email="ada@example.com", full_name="Ada Lovelace")

    response = await client.patch(
        "/me", json={"full_name": "Ada King"}, headers=ada.headers
    )

    assert response.status_code == 200
    changed = response.json()
    assert changed.pop("updated_at") > ada.user.pop("updated_at")
    assert changed == {**ada.user, "full_name": "Ada King"}
    read = (await client.get("/me", headers=ada.headers)).json()
    assert read["full_name"] == "Ada King"


async def test_null_clears_optional_fields(client: httpx.AsyncClient) -> None:
    ada = await sign_up(client, email="ada@example.com", full_name="Ada Lovelace")

    nothing = {"email": None, "full_name": None}
    response = await client.patch("/me", json=nothing, headers=ada.headers)

    assert response.status_code == 200
    assert (response.json()["email"], response.json()["full_name"]) == (None, None)


async def test_empty_update_changes_nothing(client: httpx.AsyncClient) -> None:
    ada = await sign_up(client)

    response = await client.patch("/me", json={}, headers=ada.headers)

    assert (response.status_code, response.json()) == (200, ada.user)


async def test_email_of_another_user_is_rejected(client: httpx.AsyncClient) -> None:
    await register(client, email="grace@example.com")
    ada = await sign_up(client)

    response = await client.patch(
        "/me", json={"email": "Grace@example.com"}, headers=ada.headers
    )

    assert (response.status_code, response.json()["code"]) == (400, "email_taken")


@pytest.mark.parametrize("field", ["username", "role", "is_active", "password"])
async def test_protected_field_in_update_is_invalid(
    client: httpx.AsyncClient, field: str
) -> None:
    ada = await sign_up(client)

    response = await client.patch("/me", json={field: "x"}, headers=ada.headers)

    assert response.status_code == 422


async def test_password_change_replaces_old_password(
    client: httpx.AsyncClient,
) -> None:
    ada = await sign_up(client)

    response = await change_password(client, ada)

    assert (response.status_code, response.content) == (204, b"")
    name = ada.user["username"]
    assert (await log_in(client, name, PASSWORD)).status_code == 401
    assert (await log_in(client, name, NEW_PASSWORD)).status_code == 200


async def test_password_change_revokes_and_publishes_all_sessions(
    client: httpx.AsyncClient, database: Database
) -> None:
    ada = await sign_up(client)
    other = (await log_in(client, ada.user["username"])).json()
    grace = await sign_up(client)

    await change_password(client, ada)

    for pair in (ada.tokens, other):
        assert not await is_accepted(client, pair["access_token"])
        assert (await refresh(client, pair["refresh_token"])).status_code == 401
    assert await is_accepted(client, grace.tokens["access_token"])
    published = await stored_events(database)
    revoked = [data for kind, data in published if kind == "session.revoked"]
    assert [data["user_id"] for data in revoked] == [ada.user["id"]] * 2
    assert len({data["sid"] for data in revoked}) == 2


async def test_wrong_current_password_changes_nothing(
    client: httpx.AsyncClient,
) -> None:
    ada = await sign_up(client)

    response = await change_password(client, ada, current="wrong")

    assert response.status_code == 400
    assert response.json()["code"] == "current_password_wrong"
    assert await is_accepted(client, ada.tokens["access_token"])
    assert (await log_in(client, ada.user["username"])).status_code == 200


async def test_guessing_current_password_is_throttled(
    client: httpx.AsyncClient, database: Database
) -> None:
    ada = await sign_up(client)
    for _ in range(10):
        assert (await change_password(client, ada, "wrong")).status_code == 400
    await keep_failures_recent(database)

    assert (await change_password(client, ada)).status_code == 429


async def test_one_of_two_concurrent_password_changes_succeeds(
    client: httpx.AsyncClient,
) -> None:
    ada = await sign_up(client)

    answers = await asyncio.gather(*(change_password(client, ada) for _ in "12"))

    # The second request may find its token revoked already.
    assert sorted(a.status_code for a in answers) in ([204, 400], [204, 401])


@pytest.mark.parametrize("password", ["short", "password123", "é" * 37])
async def test_weak_new_password_is_invalid(
    client: httpx.AsyncClient, password: str
) -> None:
    ada = await sign_up(client)
    body = {"current_password": PASSWORD, "new_password": password}

    response = await client.put("/me/password", json=body, headers=ada.headers)

    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == ["new_password"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/me", {}),
        (
            "PUT",
            "/me/password",
            {"current_password": PASSWORD, "new_password": NEW_PASSWORD},
        ),
        ("DELETE", "/me", None),
    ],
)
async def test_own_account_requires_user(
    client: httpx.AsyncClient, method: str, path: str, body: dict[str, str] | None
) -> None:
    service = await service_headers(client)

    assert (await client.request(method, path, json=body)).status_code == 401
    forbidden = await client.request(method, path, json=body, headers=service)
    assert forbidden.status_code == 403
