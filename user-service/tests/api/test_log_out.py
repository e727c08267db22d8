"""Log-out with an access token, a refresh token or both."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.factories import (
    is_accepted,
    refresh,
    service_headers,
    sign_up,
)


async def test_logout_revokes_both_tokens(
    client: httpx.AsyncClient,
) -> None:
    ada = await sign_up(client)

    response = await client.post("/logout", headers=ada.headers)

    assert (response.status_code, response.content) == (204, b"")
    assert not await is_accepted(client, ada.tokens["access_token"])
    assert (await refresh(client, ada.tokens["refresh_token"])).status_code == 401


async def test_logout_revokes_newer_tokens_of_session(
    client: httpx.AsyncClient,
) -> None:
    ada = await sign_up(client)
    second = (await refresh(client, ada.tokens["refresh_token"])).json()

    await client.post("/logout", headers=ada.headers)

    assert not await is_accepted(client, second["access_token"])
    assert (await refresh(client, second["refresh_token"])).status_code == 401


@pytest.mark.parametrize(
    "body", [None, {}, {"refresh_token": None}, {"refresh_token": "nonsense"}]
)
async def test_logout_needs_no_refresh_token(
    client: httpx.AsyncClient, body: dict[str, Any] | None
) -> None:
    ada = await sign_up(client)

    response = await client.post("/logout", headers=ada.headers, json=body)

    assert response.status_code == 204
    assert not await is_accepted(client, ada.tokens["access_token"])


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer expired"}])
async def test_logout_with_refresh_token_ends_session(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    ada = await sign_up(client)
    body = {"refresh_token": ada.tokens["refresh_token"]}

    for _ in range(2):
        response = await client.post("/logout", headers=headers, json=body)
        assert (response.status_code, response.content) == (204, b"")

    assert not await is_accepted(client, ada.tokens["access_token"])
    assert (await refresh(client, ada.tokens["refresh_token"])).status_code == 401


@pytest.mark.parametrize("token", ["nonsense", "", "x" * 5000])
async def test_logout_accepts_unknown_refresh_token(
    client: httpx.AsyncClient, token: str
) -> None:
    response = await client.post("/logout", json={"refresh_token": token})

    assert response.status_code == 204


async def test_logout_with_spent_refresh_token_ends_session(
    client: httpx.AsyncClient,
) -> None:
    ada = await sign_up(client)
    pair = (await refresh(client, ada.tokens["refresh_token"])).json()

    body = {"refresh_token": ada.tokens["refresh_token"]}
    assert (await client.post("/logout", json=body)).status_code == 204

    assert not await is_accepted(client, pair["access_token"])


async def test_two_concurrent_logouts_both_succeed(
    client: httpx.AsyncClient,
) -> None:
    ada = await sign_up(client)

    answers = await asyncio.gather(
        *(client.post("/logout", headers=ada.headers) for _ in "12")
    )

    assert {response.status_code for response in answers} == {204}


async def test_logout_accepts_ended_session(
    client: httpx.AsyncClient,
) -> None:
    ada = await sign_up(client)
    await client.post("/logout", json={"refresh_token": ada.tokens["refresh_token"]})

    response = await client.post("/logout", headers=ada.headers)

    assert response.status_code == 204


@pytest.mark.parametrize("token", ["nonsense", ""])
async def test_logout_rejects_unknown_access_token(
    client: httpx.AsyncClient, token: str
) -> None:
    response = await client.post(
        "/logout", headers={"Authorization": f"Bearer {token}"}
    )

    assert response.status_code == 401


@pytest.mark.parametrize("body", [None, {}, {"refresh_token": None}])
async def test_logout_requires_a_token(
    client: httpx.AsyncClient, body: dict[str, Any] | None
) -> None:
    assert (await client.post("/logout", json=body)).status_code == 401


async def test_logout_is_forbidden_for_services(
    client: httpx.AsyncClient,
) -> None:
    response = await client.post("/logout", headers=await service_headers(client))

    assert response.status_code == 403


async def test_logout_with_refresh_token_ignores_service_token(
    client: httpx.AsyncClient,
) -> None:
    ada = await sign_up(client)
    refresh_token = ada.tokens["refresh_token"]

    response = await client.post(
        "/logout",
        headers=await service_headers(client),
        json={"refresh_token": refresh_token},
    )

    assert (response.status_code, response.content) == (204, b"")
    assert not await is_accepted(client, ada.tokens["access_token"])
    assert (await refresh(client, refresh_token)).status_code == 401
