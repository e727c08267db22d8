"""Waits until transactions wait for each other's locks."""

from sqlalchemy import text

from chassis._database.database import Database
from chassis.polling import eventually

WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


async def until_waiting(database: Database, transactions: int = 1) -> None:
    """Waits until so many transactions wait for locks of others."""

    async def look() -> bool:
        async with database.reading() as connection:
            waiting: int | None = await connection.scalar(WAITING)
        return waiting == transactions

    await eventually(look)
