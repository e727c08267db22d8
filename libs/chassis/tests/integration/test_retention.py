"""Deletion of expired rows."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import select

from chassis import (
    PUBLISHED_EVENTS_KEPT,
    RECEIVED_EVENTS_KEPT,
    Database,
    Expiry,
    Queue,
    Retention,
)
from tests.tables import Incoming


async def receive(database: Database, age: timedelta, rows: int = 1) -> None:
    received_at = datetime.now(UTC) - age
    async with database.transaction() as session:
        session.add_all(
            Incoming(event_id=uuid4(), received_at=received_at) for _ in range(rows)
        )


async def test_only_rows_past_their_time_are_deleted(database: Database) -> None:
    await receive(database, timedelta(days=29))
    await receive(database, timedelta(days=31), rows=3)
    retention = Retention(database, Expiry(Incoming.received_at, timedelta(days=30)))
    assert await retention.prune_batch() == 3
    assert await retention.prune_batch() == 0
    async with database.transaction() as session:
        assert len((await session.scalars(select(Incoming))).all()) == 1


async def test_much_is_deleted_in_small_batches(database: Database) -> None:
    await receive(database, timedelta(days=31), rows=600)
    retention = Retention(database, Expiry(Incoming.received_at, timedelta(days=30)))
    assert await retention.prune_batch() == 500
    assert await retention.prune_batch() == 100


def test_inbox_keeps_events_longer_than_dead_letters() -> None:
    dead_letters_kept = timedelta(days=Queue("things", bindings=[]).dead_letter_days)
    assert max(PUBLISHED_EVENTS_KEPT, dead_letters_kept) < RECEIVED_EVENTS_KEPT
