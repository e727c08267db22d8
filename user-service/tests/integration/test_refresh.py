"""Two who come with the same refresh token at the same time."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app.errors import RefreshTokenSpent
from app.repositories.sessions import Sessions
from app.services.end_sessions import EndSessions
from app.services.refresh import Refresh
from app.services.sessions import SessionTokens, digest
from app.services.tokens import Tokens
from chassis import Database, Outbox
from chassis.testing import eventually
from tests.factories import MONTH, someone_waits_for_a_lock, store_session

SECRET = "shared by two"


async def test_second_request_waits_for_first_and_is_answered_by_its_spending(
    database: Database, tokens: Tokens, outbox: Outbox
) -> None:
    await store_session(database, SECRET)
    session_tokens = SessionTokens(tokens, MONTH, MONTH)
    refresh = Refresh(database, session_tokens, EndSessions(outbox))

    async with database.transaction() as first:
        token = await Sessions(first).find_token(digest(SECRET), for_update=True)
        assert token is not None
        token.spend(datetime.now(UTC) - timedelta(seconds=11))
        await first.flush()
        second = asyncio.create_task(refresh.exchange(SECRET))
        await eventually(lambda: someone_waits_for_a_lock(database), within=3)

    with pytest.raises(RefreshTokenSpent):
        await second
