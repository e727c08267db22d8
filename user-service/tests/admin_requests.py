"""Requests that administrators send."""

from typing import Any

import httpx

from tests.factories import Account


async def list_usernames(
    client: httpx.AsyncClient, admin: Account, **params: Any
) -> list[str]:
    answer = await client.get("/users", params=params, headers=admin.headers)
    assert answer.status_code == 200, answer.text
    return [user["username"] for user in answer.json()]


async def change_user(
    client: httpx.AsyncClient, admin: Account, user: dict[str, Any], **fields: Any
) -> httpx.Response:
    path = f"/users/{user['id']}"
    return await client.put(path, json=fields, headers=admin.headers)
