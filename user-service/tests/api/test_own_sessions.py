"""The caller lists and ends own sessions."""

import uuid

import httpx
import pytest

from chassis import Database
from tests.factories import (
    PASSWORD,
    bearer,
    is_accepted,
    log_in,
    refresh,
    service_headers,
    sign_up,
    stored_events,
)


async def sid_of(client: httpx.AsyncClient, access_token: str) -> str:
    response = await client.post("/validate-token", json={"token": access_token})
    sid: str = response.json()["sid"]
    return sid


async def test_open_sessions_are_listed_newest_first(client: httpx.AsyncClient) -> None:
    ada = await sign_up(client)
    await sign_up(client)
    phone = (await log_in(client, ada.user["username"])).json()
    ended = (await log_in(client, ada.user["username"])).json()
    await client.post("/logout", headers=bearer(ended["access_token"]))

    response = await client.get("/me/sessions", headers=ada.headers)

    assert response.status_code == 200
    assert response.headers["X-Total-Count"] == "2"
    listed = [(each["sid"], each["is_current"]) for each in response.json()]
    assert listed == [
        (await sid_of(client, phone["access_token"]), False),
        (await sid_of(client, ada.tokens["access_token"]), True),
    ]
    assert response.json()[0]["expires_at"] > response.json()[0]["created_at"]


async def test_session_list_is_paginated_by_cursor(client: httpx.AsyncClient) -> None:
    ada = await sign_up(client)
    await log_in(client, ada.user["username"])
    first = await client.get("/me/sessions?limit=1", headers=ada.headers)

    second = await client.get(first.links["next"]["url"], headers=ada.headers)

    assert [each["is_current"] for each in first.json()] == [False]
    assert [each["is_current"] for each in second.json()] == [True]
    assert "next" not in second.links


async def test_tokens_of_ended_session_are_rejected(
    client: httpx.AsyncClient, database: Database
) -> None:
    ada = await sign_up(client)
    phone = (await log_in(client, ada.user["username"])).json()
    path = f"/me/sessions/{await sid_of(client, phone['access_token'])}"

    answers = [await client.delete(path, headers=ada.headers) for _ in range(2)]

    assert [response.status_code for response in answers] == [204, 204]
    assert not await is_accepted(client, phone["access_token"])
    assert (await refresh(client, phone["refresh_token"])).status_code == 401
    assert await is_accepted(client, ada.tokens["access_token"])
    kinds = [kind for kind, _ in await stored_events(database)]
    assert kinds.count("session.revoked") == 1


async def test_current_session_can_be_ended(client: httpx.AsyncClient) -> None:
    ada = await sign_up(client)
    sid = await sid_of(client, ada.tokens["access_token"])

    response = await client.delete(f"/me/sessions/{sid}", headers=ada.headers)

    assert response.status_code == 204
    assert not await is_accepted(client, ada.tokens["access_token"])


async def test_session_of_another_user_is_not_found(client: httpx.AsyncClient) -> None:
    ada, grace = await sign_up(client), await sign_up(client)
    for sid in (await sid_of(client, grace.tokens["access_token"]), uuid.uuid4()):
        response = await client.delete(f"/me/sessions/{sid}", headers=ada.headers)
        assert (response.status_code, response.json()["code"]) == (
            404,
            "session_not_found",
        )

    assert await is_accepted(client, grace.tokens["access_token"])


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/me/sessions"), ("DELETE", f"/me/sessions/{uuid.uuid4()}")],
)
async def test_own_sessions_require_user(
    client: httpx.AsyncClient, method: str, path: str
) -> None:
    service = await service_headers(client)

    assert (await client.request(method, path)).status_code == 401
    assert (await client.request(method, path, headers=service)).status_code == 403


async def test_malformed_session_id_is_invalid(client: httpx.AsyncClient) -> None:
    ada = await sign_up(client)

    response = await client.delete("/me/sessions/7", headers=ada.headers)

    assert response.status_code == 422
    assert (await log_in(client, ada.user["username"], PASSWORD)).status_code == 200
