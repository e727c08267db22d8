"""How much waits in the outbox, and for how long."""

from functools import cache
from typing import NamedTuple

from prometheus_client import Gauge
from sqlalchemy import func, select

from chassis._database import Database
from chassis._outbox import OutboxMessage


class Gauges(NamedTuple):
    unsent: Gauge
    oldest: Gauge


@cache
def _gauges() -> Gauges:
    """Made where they are needed: a service without an outbox has nothing to tell."""
    return Gauges(
        Gauge(
            "outbox_unsent_messages",
            "Events that are stored and that the broker has not confirmed yet",
        ),
        Gauge(
            "outbox_oldest_unsent_age_seconds",
            "For how long the oldest event that is not sent has been stored; 0 where"
            " none is",
        ),
    )


class OutboxLag:
    """The step of a worker that measures it.

    A scrape tells what was seen last, and so never waits for the database. All replicas
    of a service look at the same outbox: of their numbers, the largest counts.
    """

    def __init__(self, database: Database, table: type[OutboxMessage]) -> None:
        self._database = database
        self._gauges = _gauges()
        age = func.extract("epoch", func.now() - func.min(table.created_at))
        self._look = select(func.count(), func.coalesce(age, 0)).where(
            table.sent_at.is_(None)
        )

    async def measure(self) -> int:
        """Looks once; there is never more to do at once."""
        async with self._database.reading() as connection:
            unsent, age = (await connection.execute(self._look)).one()
        self._gauges.unsent.set(unsent)
        self._gauges.oldest.set(age)
        return 0
