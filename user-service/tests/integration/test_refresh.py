"""Two who come with the same refresh token at the same time."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from app.models.session import LoginSession, RefreshTokenSpent
from app.repositories.sessions import Sessions
from app.services.refresh import Refresh
from app.services.sessions import SessionTokens, digest
from app.services.tokens import Tokens
from chassis import Database
from chassis.testing import eventually
from tests.factories import MONTH, make_user

SECRET = "shared by two"


async def store_refresh_token(database: Database) -> None:
    async with database.transaction() as session:
        user = make_user()
        session.add(user)
        await session.flush()
        now = datetime.now(UTC)
        login_session = LoginSession.open(user.id, now)
        session.add(login_session.issue_refresh_token(digest(SECRET), MONTH, now))


async def someone_waits_for_a_lock(database: Database) -> bool:
    query = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with database.reading() as connection:
        return bool(await connection.scalar(text(query)))


async def test_the_second_waits_for_the_first_and_is_refused(
    database: Database, tokens: Tokens
) -> None:
    await store_refresh_token(database)
    refresh = Refresh(database, SessionTokens(tokens, MONTH, MONTH))

    async with database.transaction() as first:
        token = await Sessions(first).find_token_locked(digest(SECRET))
        assert token is not None
        token.spend(datetime.now(UTC))
        await first.flush()
        second = asyncio.create_task(refresh(SECRET))
        await eventually(lambda: someone_waits_for_a_lock(database), within=3)

    with pytest.raises(RefreshTokenSpent):
        await second
