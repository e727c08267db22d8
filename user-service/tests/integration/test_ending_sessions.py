"""Deactivation ends all sessions of a user, even those that change meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.session import LoginSession
from app.repositories.sessions import Sessions
from app.repositories.users import Users
from app.security.session_tokens import SessionTokens, hash_refresh_token
from app.security.tokens import Tokens
from chassis import Database, Outbox
from chassis.testing import eventually
from tests.factories import (
    MONTH,
    deactivate_user,
    is_any_query_blocked,
    log_out,
    store_session,
    stored_events,
)

SECRET = "secret of the session"

Change = Callable[[AsyncSession], Awaitable[None]]
DeactivateDuring = Callable[[LoginSession, Change], Awaitable[None]]


@pytest.fixture
def session_tokens(tokens: Tokens) -> SessionTokens:
    return SessionTokens(tokens, MONTH, MONTH)


@pytest.fixture
def deactivate_during(database: Database, outbox: Outbox) -> DeactivateDuring:
    """Deactivates the user while another transaction makes a change."""

    async def deactivate(user_id: int) -> None:
        async with database.transaction() as session:
            await deactivate_user(session, outbox).deactivate(user_id)

    async def deactivate_owner(stored: LoginSession, change: Change) -> None:
        async with database.transaction() as session:
            await change(session)
            await session.flush()
            deactivation = asyncio.create_task(deactivate(stored.user_id))
            await eventually(lambda: is_any_query_blocked(database))
        await deactivation

    return deactivate_owner


async def open_sessions(database: Database, user_id: int) -> int:
    async with database.transaction() as session:
        return len(await Sessions(session).lock_open(user_id))


async def test_session_extended_during_deactivation_ends(
    database: Database,
    session_tokens: SessionTokens,
    deactivate_during: DeactivateDuring,
) -> None:
    stored = await store_session(database, SECRET)

    async def extend(session: AsyncSession) -> None:
        token_hash = hash_refresh_token(SECRET)
        token = await Sessions(session).find_token(token_hash, for_update=True)
        assert token is not None
        user = await Users(session).get(stored.user_id)
        await session_tokens.extend(Sessions(session), token.session, user)

    await deactivate_during(stored, extend)

    assert await open_sessions(database, stored.user_id) == 0


async def test_session_opened_during_deactivation_ends(
    database: Database,
    session_tokens: SessionTokens,
    deactivate_during: DeactivateDuring,
) -> None:
    stored = await store_session(database, SECRET)

    async def log_in(session: AsyncSession) -> None:
        user = await Users(session).get_for_share(stored.user_id)
        await session_tokens.open(Sessions(session), user)

    await deactivate_during(stored, log_in)

    assert await open_sessions(database, stored.user_id) == 0
    assert len(await stored_events(database)) == 2


async def test_session_ended_during_deactivation_is_published_once(
    database: Database, outbox: Outbox, deactivate_during: DeactivateDuring
) -> None:
    stored = await store_session(database, SECRET)

    async def end(session: AsyncSession) -> None:
        await log_out(session, outbox).log_out(stored.id, None)

    await deactivate_during(stored, end)

    assert [kind for kind, _ in await stored_events(database)] == ["session.revoked"]
