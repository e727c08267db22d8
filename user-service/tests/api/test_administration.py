"""What administrators do with the accounts of others."""

from typing import Any

import httpx
import pytest

from chassis import Database
from tests.factories import (
    PASSWORD,
    Account,
    can_ask,
    events,
    log_in,
    refresh,
    register,
    service_headers,
    sign_up,
)


async def usernames(
    client: httpx.AsyncClient, admin: Account, **params: Any
) -> list[str]:
    answer = await client.get("/users", params=params, headers=admin.headers)
    assert answer.status_code == 200, answer.text
    return [user["username"] for user in answer.json()]


async def change(
    client: httpx.AsyncClient, admin: Account, user: dict[str, Any], **fields: Any
) -> httpx.Response:
    path = f"/users/{user['id']}"
    return await client.put(path, json=fields, headers=admin.headers)


async def test_users_are_listed_newest_first(
    client: httpx.AsyncClient, admin: Account
) -> None:
    await register(client, username="ada")
    await register(client, username="grace")

    assert await usernames(client, admin) == ["grace", "ada", "root"]


async def test_the_pages_of_the_list_follow_each_other(
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
    assert await usernames(client, admin, skip=3) == ["root"]


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
async def test_the_list_can_be_narrowed(
    client: httpx.AsyncClient,
    admin: Account,
    params: dict[str, object],
    found: list[str],
) -> None:
    await register(client, username="ada", full_name="Ada Lovelace")
    grace = await register(client, username="grace", email="grace@example.com")
    await client.delete(f"/users/{grace.json()['id']}", headers=admin.headers)

    assert await usernames(client, admin, **params) == found


@pytest.mark.parametrize("role", ["customer", "admin"])
async def test_an_administrator_makes_accounts_with_a_role(
    client: httpx.AsyncClient, admin: Account, role: str
) -> None:
    account = {"username": "grace", "password": PASSWORD, "role": role}

    answer = await client.post("/users", json=account, headers=admin.headers)

    assert answer.status_code == 201
    assert (answer.json()["username"], answer.json()["role"]) == ("grace", role)
    assert (await log_in(client, "grace")).status_code == 200


async def test_a_name_that_is_taken_is_refused_to_administrators_too(
    client: httpx.AsyncClient, admin: Account
) -> None:
    account = {"username": "ROOT", "password": PASSWORD}

    answer = await client.post("/users", json=account, headers=admin.headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "username_taken")


async def test_an_administrator_changes_only_the_fields_that_are_present(
    client: httpx.AsyncClient, admin: Account
) -> None:
    ada = (await register(client, email="ada@example.com", full_name="Ada")).json()

    answer = await change(client, admin, ada, full_name=None, role="admin")

    assert answer.status_code == 200
    changed = answer.json()
    assert changed.pop("updated_at") > ada.pop("updated_at")
    assert changed == {**ada, "full_name": None, "role": "admin"}


@pytest.mark.parametrize("field", ["role", "is_active"])
async def test_what_is_required_cannot_be_cleared(
    client: httpx.AsyncClient, admin: Account, field: str
) -> None:
    answer = await change(client, admin, admin.user, **{field: None})

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_a_new_role_counts_at_once(
    client: httpx.AsyncClient, admin: Account
) -> None:
    ada = await sign_up(client)

    await change(client, admin, ada.user, role="admin")

    assert (await client.get("/users", headers=ada.headers)).status_code == 200


async def test_an_email_that_another_has_is_refused_to_administrators_too(
    client: httpx.AsyncClient, admin: Account
) -> None:
    await register(client, email="grace@example.com")

    answer = await change(client, admin, admin.user, email="grace@example.com")

    assert (answer.status_code, answer.json()["code"]) == (400, "email_taken")


async def close_by_delete(
    client: httpx.AsyncClient, admin: Account, user: dict[str, Any]
) -> httpx.Response:
    return await client.delete(f"/users/{user['id']}", headers=admin.headers)


async def close_by_put(
    client: httpx.AsyncClient, admin: Account, user: dict[str, Any]
) -> httpx.Response:
    return await change(client, admin, user, is_active=False)


async def demote(
    client: httpx.AsyncClient, admin: Account, user: dict[str, Any]
) -> httpx.Response:
    return await change(client, admin, user, role="customer")


@pytest.mark.parametrize("close", [close_by_delete, close_by_put])
async def test_a_deactivated_user_is_locked_out_at_once(
    client: httpx.AsyncClient, database: Database, admin: Account, close: Any
) -> None:
    ada = await sign_up(client)

    answer = await close(client, admin, ada.user)

    assert answer.status_code in {200, 204}
    assert not await can_ask(client, ada.tokens["access_token"])
    assert (await refresh(client, ada.tokens["refresh_token"])).status_code == 401
    assert (await log_in(client, ada.user["username"])).status_code == 401
    [told] = [d for kind, d in await events(database) if kind == "session.revoked"]
    assert told["user_id"] == ada.user["id"]


async def test_deactivating_again_is_no_error_and_is_not_told(
    client: httpx.AsyncClient, database: Database, admin: Account
) -> None:
    ada = await sign_up(client)
    await close_by_delete(client, admin, ada.user)
    told = await events(database)

    answer = await close_by_delete(client, admin, ada.user)

    assert answer.status_code == 204
    assert await events(database) == told


async def test_who_is_activated_again_logs_in_anew(
    client: httpx.AsyncClient, admin: Account
) -> None:
    ada = await sign_up(client)
    await close_by_delete(client, admin, ada.user)

    answer = await change(client, admin, ada.user, is_active=True)

    assert answer.json()["is_active"]
    assert not await can_ask(client, ada.tokens["access_token"])
    assert (await log_in(client, ada.user["username"])).status_code == 200


@pytest.mark.parametrize("close", [close_by_delete, close_by_put, demote])
async def test_the_last_administrator_stays(
    client: httpx.AsyncClient, admin: Account, close: Any
) -> None:
    answer = await close(client, admin, admin.user)

    assert (answer.status_code, answer.json()["code"]) == (409, "last_administrator")
    assert await usernames(client, admin, role="admin", is_active=True) == ["root"]


@pytest.mark.parametrize("close", [close_by_delete, close_by_put, demote])
async def test_one_of_two_administrators_may_go(
    client: httpx.AsyncClient, admin: Account, close: Any
) -> None:
    ada = await sign_up(client)
    await change(client, admin, ada.user, role="admin")

    answer = await close(client, ada, admin.user)

    assert answer.status_code in {200, 204}
    assert await usernames(client, ada, role="admin", is_active=True) == [
        ada.user["username"]
    ]


async def test_an_inactive_administrator_does_not_count(
    client: httpx.AsyncClient, admin: Account
) -> None:
    ada = await sign_up(client)
    await change(client, admin, ada.user, role="admin", is_active=False)

    assert (await close_by_delete(client, admin, admin.user)).status_code == 409


@pytest.mark.parametrize("fields", [{"email": "a@example.com"}, {"is_active": True}])
async def test_an_erased_account_cannot_be_filled_again(
    client: httpx.AsyncClient, admin: Account, fields: dict[str, object]
) -> None:
    ada = await sign_up(client)
    await client.delete("/me", headers=ada.headers)

    answer = await change(client, admin, ada.user, **fields)

    assert (answer.status_code, answer.json()["code"]) == (409, "account_erased")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/users", None),
        ("POST", "/users", {"username": "grace", "password": PASSWORD}),
        ("PUT", "/users/1", {"role": "admin"}),
        ("DELETE", "/users/1", None),
    ],
)
async def test_only_administrators_administer(
    client: httpx.AsyncClient, method: str, path: str, body: dict[str, str] | None
) -> None:
    ada = await sign_up(client)
    service = await service_headers(client)

    assert (await client.request(method, path, json=body)).status_code == 401
    for headers in (ada.headers, service):
        answer = await client.request(method, path, json=body, headers=headers)
        assert answer.status_code == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_whom_nobody_knows_cannot_be_changed(
    client: httpx.AsyncClient, admin: Account, method: str
) -> None:
    for user_id, status in ((2**63 - 1, 404), (2**63, 422), (0, 422), ("x", 422)):
        body: dict[str, str] | None = {} if method == "PUT" else None
        path = f"/users/{user_id}"
        answer = await client.request(method, path, json=body, headers=admin.headers)
        assert answer.status_code == status
