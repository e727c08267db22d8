"""Administrators deactivate, reactivate and demote users."""

from typing import Any

import httpx
import pytest

from chassis import Database
from tests.admin_requests import change_user, list_usernames
from tests.factories import (
    Account,
    is_accepted,
    log_in,
    refresh,
    sign_up,
    stored_events,
)


async def deactivate_by_delete(
    client: httpx.AsyncClient, admin: Account, user: dict[str, Any]
) -> httpx.Response:
    return await client.delete(f"/users/{user['id']}", headers=admin.headers)


async def deactivate_by_put(
    client: httpx.AsyncClient, admin: Account, user: dict[str, Any]
) -> httpx.Response:
    return await change_user(client, admin, user, is_active=False)


async def demote(
    client: httpx.AsyncClient, admin: Account, user: dict[str, Any]
) -> httpx.Response:
    return await change_user(client, admin, user, role="customer")


@pytest.mark.parametrize("deactivate", [deactivate_by_delete, deactivate_by_put])
async def test_deactivation_locks_user_out_immediately(
    client: httpx.AsyncClient, database: Database, admin: Account, deactivate: Any
) -> None:
    ada = await sign_up(client)

    response = await deactivate(client, admin, ada.user)

    assert response.status_code in {200, 204}
    assert not await is_accepted(client, ada.tokens["access_token"])
    assert (await refresh(client, ada.tokens["refresh_token"])).status_code == 401
    assert (await log_in(client, ada.user["username"])).status_code == 401
    published = await stored_events(database)
    [revoked] = [data for kind, data in published if kind == "session.revoked"]
    assert revoked["user_id"] == ada.user["id"]


async def test_repeated_deactivation_publishes_nothing(
    client: httpx.AsyncClient, database: Database, admin: Account
) -> None:
    ada = await sign_up(client)
    await deactivate_by_delete(client, admin, ada.user)
    published = await stored_events(database)

    response = await deactivate_by_delete(client, admin, ada.user)

    assert response.status_code == 204
    assert await stored_events(database) == published


async def test_reactivated_user_must_log_in_again(
    client: httpx.AsyncClient, admin: Account
) -> None:
    ada = await sign_up(client)
    await deactivate_by_delete(client, admin, ada.user)

    response = await change_user(client, admin, ada.user, is_active=True)

    assert response.json()["is_active"]
    assert not await is_accepted(client, ada.tokens["access_token"])
    assert (await log_in(client, ada.user["username"])).status_code == 200


@pytest.mark.parametrize("remove", [deactivate_by_delete, deactivate_by_put, demote])
async def test_last_administrator_cannot_be_removed(
    client: httpx.AsyncClient, admin: Account, remove: Any
) -> None:
    response = await remove(client, admin, admin.user)

    assert (response.status_code, response.json()["code"]) == (
        409,
        "last_administrator",
    )
    assert await list_usernames(client, admin, role="admin", is_active=True) == ["root"]


@pytest.mark.parametrize("remove", [deactivate_by_delete, deactivate_by_put, demote])
async def test_one_of_two_administrators_can_be_removed(
    client: httpx.AsyncClient, admin: Account, remove: Any
) -> None:
    ada = await sign_up(client)
    await change_user(client, admin, ada.user, role="admin")

    response = await remove(client, ada, admin.user)

    assert response.status_code in {200, 204}
    assert await list_usernames(client, ada, role="admin", is_active=True) == [
        ada.user["username"]
    ]


async def test_inactive_administrator_does_not_count(
    client: httpx.AsyncClient, admin: Account
) -> None:
    ada = await sign_up(client)
    await change_user(client, admin, ada.user, role="admin", is_active=False)

    response = await deactivate_by_delete(client, admin, admin.user)

    assert response.status_code == 409
