"""Two concurrent requests with the same refresh token."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app.errors import RefreshTokenSpent
from app.repositories.sessions import Sessions
from app.security.session_tokens import SessionTokens, hash_refresh_token
from app.security.tokens import Tokens
from app.services.refresh_session import RefreshSession
from chassis import Database, Outbox
from chassis.testing import eventually
from tests.factories import MONTH, is_any_query_blocked, store_session

SECRET = "shared by two"


async def test_second_refresh_sees_token_spent_by_first(
    database: Database, tokens: Tokens, outbox: Outbox
) -> None:
    await store_session(database, SECRET)
    session_tokens = SessionTokens(tokens, MONTH, MONTH)
    refresh = RefreshSession(database, session_tokens, outbox)

    async with database.transaction() as first:
        token_hash = hash_refresh_token(SECRET)
        token = await Sessions(first).find_token(token_hash, for_update=True)
        assert token is not None
        token.spend(datetime.now(UTC) - timedelta(seconds=11))
        await first.flush()
        second = asyncio.create_task(refresh.refresh(SECRET))
        await eventually(lambda: is_any_query_blocked(database))

    with pytest.raises(RefreshTokenSpent):
        await second
