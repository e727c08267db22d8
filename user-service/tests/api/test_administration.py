"""Administrators manage the accounts of other users."""

import httpx
import pytest

from tests.admin_requests import change_user, list_usernames
from tests.factories import (
    PASSWORD,
    Account,
    log_in,
    register,
    service_headers,
    sign_up,
)


async def test_users_are_listed_newest_first(
    client: httpx.AsyncClient, admin: Account
) -> None:
    await register(client, username="ada")
    await register(client, username="grace")

    assert await list_usernames(client, admin) == ["grace", "ada", "root"]


async def test_user_list_is_paginated(
    client: httpx.AsyncClient, admin: Account
) -> None:
    for name in ("ada", "grace", "mary"):
        await register(client, username=name)

    first = await client.get("/users?limit=3", headers=admin.headers)
    second = await client.get(first.links["next"]["url"], headers=admin.headers)

    assert first.headers["X-Total-Count"] == "4"
    assert [user["username"] for user in first.json()] == ["mary", "grace", "ada"]
    assert [user["username"] for user in second.json()] == ["root"]
    assert "next" not in second.links
    assert await list_usernames(client, admin, skip=3) == ["root"]


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"q": "DA"}, ["ada"]),
        ({"q": "grace@"}, ["grace"]),
        ({"q": "lovelace"}, ["ada"]),
        ({"q": "%"}, []),
        ({"q": "_"}, []),
        ({"role": "admin"}, ["root"]),
        ({"is_active": False}, ["grace"]),
        ({"q": "a", "role": "customer", "is_active": True}, ["ada"]),
    ],
    ids=str,
)
async def test_user_list_can_be_filtered(
    client: httpx.AsyncClient,
    admin: Account,
    params: dict[str, object],
    found: list[str],
) -> None:
    await register(client, username="ada", full_name="Ada Lovelace")
    grace = await register(client, username="grace", email="grace@example.com")
    await client.delete(f"/users/{grace.json()['id']}", headers=admin.headers)

    assert await list_usernames(client, admin, **params) == found


@pytest.mark.parametrize("role", ["customer", "admin"])
async def test_administrator_creates_account_with_role(
    client: httpx.AsyncClient, admin: Account, role: str
) -> None:
    account = {"username": "grace", "password": PASSWORD, "role": role}

    response = await client.post("/users", json=account, headers=admin.headers)

    assert response.status_code == 201
    assert (response.json()["username"], response.json()["role"]) == ("grace", role)
    assert (await log_in(client, "grace")).status_code == 200


async def test_administrator_cannot_create_taken_username(
    client: httpx.AsyncClient, admin: Account
) -> None:
    account = {"username": "ROOT", "password": PASSWORD}

    response = await client.post("/users", json=account, headers=admin.headers)

    assert (response.status_code, response.json()["code"]) == (400, "username_taken")


async def test_administrator_changes_only_present_fields(
    client: httpx.AsyncClient, admin: Account
) -> None:
    ada = (await register(client, email="ada@example.com", full_name="Ada")).json()

    response = await change_user(client, admin, ada, full_name=None, role="admin")

    assert response.status_code == 200
    changed = response.json()
    assert changed.pop("updated_at") > ada.pop("updated_at")
    assert changed == {**ada, "full_name": None, "role": "admin"}


@pytest.mark.parametrize("field", ["role", "is_active"])
async def test_null_for_required_field_is_invalid(
    client: httpx.AsyncClient, admin: Account, field: str
) -> None:
    response = await change_user(client, admin, admin.user, **{field: None})

    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]


async def test_new_role_takes_effect_immediately(
    client: httpx.AsyncClient, admin: Account
) -> None:
    ada = await sign_up(client)

    await change_user(client, admin, ada.user, role="admin")

    assert (await client.get("/users", headers=ada.headers)).status_code == 200


async def test_administrator_cannot_assign_taken_email(
    client: httpx.AsyncClient, admin: Account
) -> None:
    await register(client, email="grace@example.com")

    response = await change_user(client, admin, admin.user, email="grace@example.com")

    assert (response.status_code, response.json()["code"]) == (400, "email_taken")


@pytest.mark.parametrize("fields", [{"email": "a@example.com"}, {"is_active": True}])
async def test_erased_account_cannot_be_changed(
    client: httpx.AsyncClient, admin: Account, fields: dict[str, object]
) -> None:
    ada = await sign_up(client)
    await client.delete("/me", headers=ada.headers)

    response = await change_user(client, admin, ada.user, **fields)

    assert (response.status_code, response.json()["code"]) == (409, "account_erased")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/users", None),
        ("POST", "/users", {"username": "grace", "password": PASSWORD}),
        ("PUT", "/users/1", {"role": "admin"}),
        ("DELETE", "/users/1", None),
    ],
)
async def test_user_administration_requires_admin(
    client: httpx.AsyncClient, method: str, path: str, body: dict[str, str] | None
) -> None:
    ada = await sign_up(client)
    service = await service_headers(client)

    assert (await client.request(method, path, json=body)).status_code == 401
    for headers in (ada.headers, service):
        response = await client.request(method, path, json=body, headers=headers)
        assert response.status_code == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_unknown_user_cannot_be_changed(
    client: httpx.AsyncClient, admin: Account, method: str
) -> None:
    for user_id, status in ((2**63 - 1, 404), (2**63, 422), (0, 422), ("x", 422)):
        body: dict[str, str] | None = {} if method == "PUT" else None
        path = f"/users/{user_id}"
        response = await client.request(method, path, json=body, headers=admin.headers)
        assert response.status_code == status
