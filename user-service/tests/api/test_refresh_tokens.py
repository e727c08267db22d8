"""Refreshing sessions, and their expiry."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import update

from app.models.session import LoginSession, RefreshToken
from app.models.user import User
from chassis import Database
from tests.factories import (
    PASSWORD,
    Account,
    is_accepted,
    refresh,
    sign_up,
    stored_events,
)


@pytest.fixture
def past() -> datetime:
    return datetime.now(UTC) - timedelta(seconds=1)


async def test_refresh_returns_new_token_pair(client: httpx.AsyncClient) -> None:
    ada = await sign_up(client)

    response = await refresh(client, ada.tokens["refresh_token"])

    assert response.status_code == 200
    pair = response.json()
    assert pair["refresh_token"] != ada.tokens["refresh_token"]
    assert await is_accepted(client, pair["access_token"])
    assert await is_accepted(client, ada.tokens["access_token"])


async def test_new_refresh_token_can_be_used(client: httpx.AsyncClient) -> None:
    ada = await sign_up(client)
    second = (await refresh(client, ada.tokens["refresh_token"])).json()

    assert (await refresh(client, second["refresh_token"])).status_code == 200


async def test_reusing_refresh_token_late_ends_session(
    client: httpx.AsyncClient, database: Database
) -> None:
    ada = await sign_up(client)
    second = (await refresh(client, ada.tokens["refresh_token"])).json()
    await age_spent_tokens(database, timedelta(seconds=11))

    reused = await refresh(client, ada.tokens["refresh_token"])

    assert (reused.status_code, reused.json()["code"]) == (401, "refresh_token_spent")
    assert (await stored_events(database))[-1][0] == "session.revoked"
    assert (await refresh(client, second["refresh_token"])).status_code == 401
    assert not await is_accepted(client, second["access_token"])
    assert not await is_accepted(client, ada.tokens["access_token"])


async def age_spent_tokens(database: Database, by: timedelta) -> None:
    async with database.transaction() as session:
        earlier = RefreshToken.spent_at - by
        await session.execute(update(RefreshToken).values(spent_at=earlier))


async def test_two_concurrent_refreshes_both_succeed(
    client: httpx.AsyncClient,
) -> None:
    ada = await sign_up(client)

    answers = await asyncio.gather(
        *(refresh(client, ada.tokens["refresh_token"]) for _ in "12")
    )

    assert [response.status_code for response in answers] == [200, 200]
    pairs = [response.json() for response in answers]
    assert pairs[0]["refresh_token"] != pairs[1]["refresh_token"]
    for pair in pairs:
        assert await is_accepted(client, pair["access_token"])
        assert (await refresh(client, pair["refresh_token"])).status_code == 200


async def test_refresh_token_is_reusable_five_times(
    client: httpx.AsyncClient,
) -> None:
    ada = await sign_up(client)

    answers = [await refresh(client, ada.tokens["refresh_token"]) for _ in range(7)]

    assert [response.status_code for response in answers] == [200] * 6 + [401]
    last = answers[-2].json()["refresh_token"]
    assert (await refresh(client, last)).status_code == 401


async def test_refresh_token_is_rejected_after_password_change(
    client: httpx.AsyncClient,
) -> None:
    ada = await sign_up(client)
    pair = (await refresh(client, ada.tokens["refresh_token"])).json()
    change = {"current_password": PASSWORD, "new_password": f"new {PASSWORD}"}
    headers = {"Authorization": f"Bearer {pair['access_token']}"}
    await client.put("/me/password", json=change, headers=headers)

    assert (await refresh(client, ada.tokens["refresh_token"])).status_code == 401


async def test_unknown_refresh_token_is_rejected(client: httpx.AsyncClient) -> None:
    response = await refresh(client, "not a token")

    assert response.status_code == 401
    assert response.json()["code"] == "refresh_token_invalid"


async def test_expired_refresh_token_is_rejected(
    client: httpx.AsyncClient, database: Database, past: datetime
) -> None:
    ada = await sign_up(client)
    async with database.transaction() as session:
        created_at = past - timedelta(days=30)
        await session.execute(
            update(RefreshToken).values(created_at=created_at, expires_at=past)
        )

    assert (await refresh(client, ada.tokens["refresh_token"])).status_code == 401


async def test_inactive_user_cannot_refresh(
    client: httpx.AsyncClient, database: Database
) -> None:
    ada = await sign_up(client)
    async with database.transaction() as session:
        await session.execute(update(User).values(is_active=False))

    assert (await refresh(client, ada.tokens["refresh_token"])).status_code == 401


async def test_access_token_of_expired_session_is_rejected(
    client: httpx.AsyncClient, database: Database, past: datetime
) -> None:
    ada: Account = await sign_up(client)
    async with database.transaction() as session:
        await session.execute(
            update(LoginSession).values(created_at=past, expires_at=past)
        )

    assert not await is_accepted(client, ada.tokens["access_token"])
