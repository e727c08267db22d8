"""Prolonging and ending sessions."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from app.models.session import LoginSession, RefreshToken
from app.models.user import User
from chassis import Database
from tests.factories import (
    PASSWORD,
    Account,
    can_ask,
    events,
    refresh,
    service_headers,
    sign_up,
)


@pytest.fixture
def long_ago() -> datetime:
    return datetime.now(UTC) - timedelta(seconds=1)


async def test_a_refresh_token_gets_a_new_pair(client: httpx.AsyncClient) -> None:
    ada = await sign_up(client)

    answer = await refresh(client, ada.tokens["refresh_token"])

    assert answer.status_code == 200
    pair = answer.json()
    assert pair["refresh_token"] != ada.tokens["refresh_token"]
    assert await can_ask(client, pair["access_token"])
    assert await can_ask(client, ada.tokens["access_token"])


async def test_the_new_refresh_token_works_in_turn(client: httpx.AsyncClient) -> None:
    ada = await sign_up(client)
    second = (await refresh(client, ada.tokens["refresh_token"])).json()

    assert (await refresh(client, second["refresh_token"])).status_code == 200


async def test_using_a_spent_refresh_token_ends_the_session(
    client: httpx.AsyncClient, database: Database
) -> None:
    ada = await sign_up(client)
    second = (await refresh(client, ada.tokens["refresh_token"])).json()
    await age_spending(database, timedelta(seconds=11))

    reused = await refresh(client, ada.tokens["refresh_token"])

    assert (reused.status_code, reused.json()["code"]) == (401, "refresh_token_spent")
    assert (await events(database))[-1][0] == "session.revoked"
    assert (await refresh(client, second["refresh_token"])).status_code == 401
    assert not await can_ask(client, second["access_token"])
    assert not await can_ask(client, ada.tokens["access_token"])


async def age_spending(database: Database, by: timedelta) -> None:
    async with database.transaction() as session:
        earlier = RefreshToken.spent_at - by
        await session.execute(update(RefreshToken).values(spent_at=earlier))


async def test_two_tabs_that_refresh_at_once_both_go_on(
    client: httpx.AsyncClient,
) -> None:
    ada = await sign_up(client)

    answers = await asyncio.gather(
        *(refresh(client, ada.tokens["refresh_token"]) for _ in "12")
    )

    assert [answer.status_code for answer in answers] == [200, 200]
    pairs = [answer.json() for answer in answers]
    assert pairs[0]["refresh_token"] != pairs[1]["refresh_token"]
    for pair in pairs:
        assert await can_ask(client, pair["access_token"])
        assert (await refresh(client, pair["refresh_token"])).status_code == 200


async def test_refresh_token_is_repeated_five_times_at_most(
    client: httpx.AsyncClient,
) -> None:
    ada = await sign_up(client)

    answers = [await refresh(client, ada.tokens["refresh_token"]) for _ in range(7)]

    assert [answer.status_code for answer in answers] == [200] * 6 + [401]
    last = answers[-2].json()["refresh_token"]
    assert (await refresh(client, last)).status_code == 401


async def test_refresh_token_is_not_repeated_after_password_change(
    client: httpx.AsyncClient,
) -> None:
    ada = await sign_up(client)
    pair = (await refresh(client, ada.tokens["refresh_token"])).json()
    change = {"current_password": PASSWORD, "new_password": f"new {PASSWORD}"}
    headers = {"Authorization": f"Bearer {pair['access_token']}"}
    await client.put("/me/password", json=change, headers=headers)

    assert (await refresh(client, ada.tokens["refresh_token"])).status_code == 401


async def test_an_unknown_refresh_token_is_refused(client: httpx.AsyncClient) -> None:
    answer = await refresh(client, "not a token")

    assert answer.status_code == 401
    assert answer.json()["code"] == "refresh_token_invalid"


async def test_an_expired_refresh_token_is_refused(
    client: httpx.AsyncClient, database: Database, long_ago: datetime
) -> None:
    ada = await sign_up(client)
    async with database.transaction() as session:
        long_before = long_ago - timedelta(days=30)
        await session.execute(
            update(RefreshToken).values(created_at=long_before, expires_at=long_ago)
        )

    assert (await refresh(client, ada.tokens["refresh_token"])).status_code == 401


async def test_an_inactive_user_cannot_refresh(
    client: httpx.AsyncClient, database: Database
) -> None:
    ada = await sign_up(client)
    async with database.transaction() as session:
        await session.execute(update(User).values(is_active=False))

    assert (await refresh(client, ada.tokens["refresh_token"])).status_code == 401


async def test_after_log_out_the_tokens_are_worthless(
    client: httpx.AsyncClient,
) -> None:
    ada = await sign_up(client)

    answer = await client.post("/logout", headers=ada.headers)

    assert (answer.status_code, answer.content) == (204, b"")
    assert not await can_ask(client, ada.tokens["access_token"])
    assert (await refresh(client, ada.tokens["refresh_token"])).status_code == 401


async def test_log_out_ends_the_prolonged_session_too(
    client: httpx.AsyncClient,
) -> None:
    ada = await sign_up(client)
    second = (await refresh(client, ada.tokens["refresh_token"])).json()

    await client.post("/logout", headers=ada.headers)

    assert not await can_ask(client, second["access_token"])
    assert (await refresh(client, second["refresh_token"])).status_code == 401


@pytest.mark.parametrize(
    "body", [None, {}, {"refresh_token": None}, {"refresh_token": "nonsense"}]
)
async def test_log_out_needs_no_refresh_token(
    client: httpx.AsyncClient, body: dict[str, Any] | None
) -> None:
    ada = await sign_up(client)

    answer = await client.post("/logout", headers=ada.headers, json=body)

    assert answer.status_code == 204
    assert not await can_ask(client, ada.tokens["access_token"])


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer expired"}])
async def test_refresh_token_alone_ends_its_session(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    ada = await sign_up(client)
    body = {"refresh_token": ada.tokens["refresh_token"]}

    for _ in range(2):
        answer = await client.post("/logout", headers=headers, json=body)
        assert (answer.status_code, answer.content) == (204, b"")

    assert not await can_ask(client, ada.tokens["access_token"])
    assert (await refresh(client, ada.tokens["refresh_token"])).status_code == 401


@pytest.mark.parametrize("token", ["nonsense", "", "x" * 5000])
async def test_log_out_with_unknown_refresh_token_is_no_error(
    client: httpx.AsyncClient, token: str
) -> None:
    answer = await client.post("/logout", json={"refresh_token": token})

    assert answer.status_code == 204


async def test_spent_refresh_token_ends_its_session_too(
    client: httpx.AsyncClient,
) -> None:
    ada = await sign_up(client)
    pair = (await refresh(client, ada.tokens["refresh_token"])).json()

    body = {"refresh_token": ada.tokens["refresh_token"]}
    assert (await client.post("/logout", json=body)).status_code == 204

    assert not await can_ask(client, pair["access_token"])


async def test_logging_out_twice_at_once_is_no_error(
    client: httpx.AsyncClient,
) -> None:
    ada = await sign_up(client)

    answers = await asyncio.gather(
        *(client.post("/logout", headers=ada.headers) for _ in "12")
    )

    assert {answer.status_code for answer in answers} == {204}


async def test_log_out_is_no_error_when_session_is_over(
    client: httpx.AsyncClient,
) -> None:
    ada = await sign_up(client)
    await client.post("/logout", json={"refresh_token": ada.tokens["refresh_token"]})

    answer = await client.post("/logout", headers=ada.headers)

    assert answer.status_code == 204


@pytest.mark.parametrize("token", ["nonsense", ""])
async def test_log_out_with_unknown_access_token_is_refused(
    client: httpx.AsyncClient, token: str
) -> None:
    answer = await client.post("/logout", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 401


@pytest.mark.parametrize("body", [None, {}, {"refresh_token": None}])
async def test_log_out_needs_one_of_the_tokens(
    client: httpx.AsyncClient, body: dict[str, Any] | None
) -> None:
    assert (await client.post("/logout", json=body)).status_code == 401


async def test_a_service_has_no_session_to_log_out_of(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.post("/logout", headers=await service_headers(client))

    assert answer.status_code == 403


async def test_log_out_with_refresh_token_ignores_service_token(
    client: httpx.AsyncClient,
) -> None:
    ada = await sign_up(client)
    refresh_token = ada.tokens["refresh_token"]

    answer = await client.post(
        "/logout",
        headers=await service_headers(client),
        json={"refresh_token": refresh_token},
    )

    assert (answer.status_code, answer.content) == (204, b"")
    assert not await can_ask(client, ada.tokens["access_token"])
    assert (await refresh(client, refresh_token)).status_code == 401


async def test_an_expired_session_is_over(
    client: httpx.AsyncClient, database: Database, long_ago: datetime
) -> None:
    ada: Account = await sign_up(client)
    async with database.transaction() as session:
        await session.execute(
            update(LoginSession).values(created_at=long_ago, expires_at=long_ago)
        )

    assert not await can_ask(client, ada.tokens["access_token"])
