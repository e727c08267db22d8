"""All sessions of a user end, whatever else happens to them at the same time."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.session import LoginSession
from app.repositories.sessions import Sessions
from app.repositories.users import Users
from app.services.accounts import Accounts
from app.services.end_sessions import EndSessions
from app.services.sessions import SessionTokens, digest
from app.services.tokens import Tokens
from chassis import Database, Outbox
from chassis.testing import eventually
from tests.factories import MONTH, events, someone_waits_for_a_lock, store_session

SECRET = "the session's own"

Happening = Callable[[AsyncSession], Awaitable[None]]
DeactivateWhile = Callable[[LoginSession, Happening], Awaitable[None]]


@pytest.fixture
def end_sessions(outbox: Outbox) -> EndSessions:
    return EndSessions(outbox)


@pytest.fixture
def session_tokens(tokens: Tokens) -> SessionTokens:
    return SessionTokens(tokens, MONTH, MONTH)


@pytest.fixture
def deactivate_while(
    database: Database, outbox: Outbox, end_sessions: EndSessions
) -> DeactivateWhile:
    """Deactivates the user while something happens in another transaction."""

    async def deactivate(user_id: int) -> None:
        async with database.transaction() as session:
            await Accounts(session, outbox, end_sessions).deactivate(user_id)

    async def both(stored: LoginSession, happening: Happening) -> None:
        async with database.transaction() as session:
            await happening(session)
            await session.flush()
            deactivating = asyncio.create_task(deactivate(stored.user_id))
            await eventually(lambda: someone_waits_for_a_lock(database), within=3)
        await deactivating

    return both


async def open_sessions(database: Database, user_id: int) -> int:
    async with database.transaction() as session:
        return len(await Sessions(session).lock_open(user_id))


async def test_a_session_that_is_prolonged_meanwhile_ends(
    database: Database, session_tokens: SessionTokens, deactivate_while: DeactivateWhile
) -> None:
    stored = await store_session(database, SECRET)

    async def prolong(session: AsyncSession) -> None:
        token = await Sessions(session).find_token(digest(SECRET), for_update=True)
        assert token is not None
        user = await Users(session).get(stored.user_id)
        session_tokens.prolong(session, token.session, user)

    await deactivate_while(stored, prolong)

    assert await open_sessions(database, stored.user_id) == 0


async def test_a_session_that_is_opened_meanwhile_ends(
    database: Database, session_tokens: SessionTokens, deactivate_while: DeactivateWhile
) -> None:
    stored = await store_session(database, SECRET)

    async def log_in(session: AsyncSession) -> None:
        user = await Users(session).get_for_share(stored.user_id)
        session_tokens.open(session, user)

    await deactivate_while(stored, log_in)

    assert await open_sessions(database, stored.user_id) == 0
    assert len(await events(database)) == 2


async def test_a_session_that_is_ended_meanwhile_is_told_of_once(
    database: Database, end_sessions: EndSessions, deactivate_while: DeactivateWhile
) -> None:
    stored = await store_session(database, SECRET)

    async def log_out(session: AsyncSession) -> None:
        await end_sessions.one(session, stored.id)

    await deactivate_while(stored, log_out)

    assert [kind for kind, _ in await events(database)] == ["session.revoked"]
