"""Concurrent look-ups of the owners of sessions."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models.session import LoginSession
from app.security.session_owners import SessionOwners
from chassis import Database, DatabaseUnavailable
from tests.factories import store_session


class PausedDatabase:
    """Counts the queries, which begin only after `go` is set."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.queries = 0
        self.begun = asyncio.Event()
        self.go = asyncio.Event()
        self.is_available = True

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        self.queries += 1
        async with self._database.reading() as connection:
            yield connection
            self.begun.set()
            await self.go.wait()
            if not self.is_available:
                raise DatabaseUnavailable("cut")


@pytest.fixture
def paused(database: Database) -> PausedDatabase:
    return PausedDatabase(database)


@pytest.fixture
def owners(paused: PausedDatabase) -> SessionOwners:
    return SessionOwners(paused)  # type: ignore[arg-type]


async def test_concurrent_callers_share_queries(
    database: Database, paused: PausedDatabase, owners: SessionOwners
) -> None:
    stored = [await store_session(database, f"secret {n}") for n in range(4)]
    ids = [session.id for session in stored] * 5

    first = asyncio.create_task(owners.find(ids[0]))
    await paused.begun.wait()
    others = [asyncio.create_task(owners.find(each)) for each in (*ids, uuid4())]
    await asyncio.sleep(0)
    paused.go.set()

    found = [await first, *await asyncio.gather(*others)]
    assert [owner and owner.user_id for owner in found] == [
        stored[0].user_id,
        *[session.user_id for session in stored] * 5,
        None,
    ]
    assert paused.queries == 2


async def test_session_ended_during_query_has_no_owner_for_later_caller(
    database: Database, paused: PausedDatabase, owners: SessionOwners
) -> None:
    stored = await store_session(database, "secret")

    earlier = asyncio.create_task(owners.find(stored.id))
    await paused.begun.wait()
    async with database.transaction() as session:
        await session.execute(update(LoginSession).values(revoked_at=datetime.now(UTC)))
    later = asyncio.create_task(owners.find(stored.id))
    await asyncio.sleep(0)
    paused.go.set()

    assert await earlier is not None
    assert await later is None


async def test_waiting_callers_fail_with_unavailable_database(
    database: Database, paused: PausedDatabase, owners: SessionOwners
) -> None:
    stored = await store_session(database, "secret")

    first = asyncio.create_task(owners.find(stored.id))
    await paused.begun.wait()
    waiting = asyncio.create_task(owners.find(stored.id))
    await asyncio.sleep(0)
    paused.is_available = False
    paused.go.set()

    outcomes = await asyncio.gather(first, waiting, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [DatabaseUnavailable] * 2
    assert paused.queries == 1
    paused.is_available = True
    assert await owners.find(stored.id) is not None


async def test_cancelled_caller_does_not_cancel_others(
    database: Database, paused: PausedDatabase, owners: SessionOwners
) -> None:
    stored = await store_session(database, "secret")
    cancelled = asyncio.create_task(owners.find(stored.id))
    other = asyncio.create_task(owners.find(stored.id))
    await paused.begun.wait()
    cancelled.cancel()
    paused.go.set()

    assert await other is not None
    with pytest.raises(asyncio.CancelledError):
        await cancelled
