from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.main import create_app
from app.models import ReceivedEvent
from chassis import Database, Queue
from chassis.testing import eventually, started
from tests.factories.settings import some_settings


async def test_inbox_rows_older_than_30_days_are_pruned(
    database: Database,
    database_url: str,
    broker_url: str,
    queue: Queue,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("chassis._http.lifespan.HOUSEKEEPING_DELAY", 0)
    now = datetime.now(UTC)
    old, young = uuid4(), uuid4()
    async with database.transaction() as session:
        for event_id, days in ((old, 31), (young, 29)):
            received_at = now - timedelta(days=days)
            session.add(ReceivedEvent(event_id=event_id, received_at=received_at))

    async def look() -> list[UUID]:
        async with database.transaction() as session:
            kept = list(await session.scalars(select(ReceivedEvent.event_id)))
        assert old not in kept
        return kept

    async with started(create_app(some_settings(database_url, broker_url))):
        assert await eventually(look) == [young]
