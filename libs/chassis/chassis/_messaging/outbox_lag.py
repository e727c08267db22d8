"""The number of unpublished events in the outbox, and the age of the oldest."""

from functools import cache
from typing import NamedTuple

from prometheus_client import Gauge
from sqlalchemy import func, select

from chassis._database.database import Database
from chassis._messaging.outbox import OutboxMessage


class Gauges(NamedTuple):
    unpublished: Gauge
    oldest: Gauge


@cache
def _gauges() -> Gauges:
    """Registers the gauges on first use: services without an outbox lack them."""
    return Gauges(
        Gauge(
            "outbox_unpublished_events",
            "Stored events that the broker has not confirmed yet",
        ),
        Gauge(
            "outbox_oldest_unpublished_age_seconds",
            "Age of the oldest event that the broker has not confirmed, in seconds; 0"
            " if there is none",
        ),
    )


async def measure_outbox_lag(database: Database, table: type[OutboxMessage]) -> int:
    """Measures once; returns 0, so that the worker waits before the next time.

    A scrape reports the last measurement and never waits for the database. All replicas
    of a service measure the same outbox, so queries must take their maximum.
    """
    age = func.extract("epoch", func.now() - func.min(table.created_at))
    unpublished = select(func.count(), func.coalesce(age, 0)).where(
        table.published_at.is_(None)
    )
    async with database.reading() as connection:
        count, oldest = (await connection.execute(unpublished)).one()
    _gauges().unpublished.set(count)
    _gauges().oldest.set(oldest)
    return 0
