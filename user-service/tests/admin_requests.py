"""Requests that administrators send."""

from typing import Any

import httpx

from tests.factories import Account


async def list_usernames(
    client: httpx.AsyncClient, admin: Account, **params: Any
) -> list[str]:
    response = await client.get("/users", params=params, headers=admin.headers)
    assert response.status_code == 200, response.text
    return [user["username"] for user in response.json()]


async def change_user(
    client: httpx.AsyncClient, admin: Account, user: dict[str, Any], **fields: Any
) -> httpx.Response:
    path = f"/users/{user['id']}"
    return await client.put(path, json=fields, headers=admin.headers)
