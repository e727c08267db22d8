"""Deletes expired rows in small batches."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, inspect, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Mapper

from chassis._database.database import Database

# In an outbox, from which they can be published again if the broker has lost them.
PUBLISHED_EVENTS_KEPT = timedelta(days=7)
# In an inbox: longer than in an outbox or a dead-letter queue, from which an event can
# come again, and must then be recognised.
RECEIVED_EVENTS_KEPT = timedelta(days=30)
BATCH = 500


@dataclass(frozen=True)
class Expiry:
    """When the rows of a table expire.

    Attributes:
        column: a time in the row, such as `OrderMessage.published_at`; a row without
            it never expires.
        after: the time between that and the deletion.
    """

    column: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]
    after: timedelta


class Retention:
    """The step of a worker that prunes tables."""

    def __init__(self, database: Database, *expiries: Expiry) -> None:
        self._database = database
        self._expiries = expiries

    async def prune_batch(self) -> int:
        """Deletes some rows of each table; returns how many."""
        return sum([await self._prune(expiry) for expiry in self._expiries])

    async def _prune(self, expiry: Expiry) -> int:
        mapper: Mapper[Any] = inspect(expiry.column.class_)
        key = tuple_(*mapper.primary_key)
        expired = (
            select(*mapper.primary_key)
            .where(expiry.column < func.now() - expiry.after)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        statement = delete(expiry.column.class_).where(key.in_(expired))
        async with self._database.transaction() as session:
            result = await session.execute(statement.returning(*mapper.primary_key))
            return len(result.all())
