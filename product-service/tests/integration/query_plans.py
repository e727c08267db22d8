"""Counts the pages that queries of a block read: each is explained as it was sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

Sent = list[tuple[str, Any]]


@contextmanager
def recorded(session: AsyncSession) -> Iterator[Sent]:
    """Collects the queries that the session sends."""
    sent: Sent = []
    engine = session.get_bind().engine

    def record(*call: Any) -> None:
        _, _, statement, parameters, *_ = call
        sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", record)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", record)


async def pages_read(session: AsyncSession, sent: Sent) -> int:
    """Counts the pages of 8 KiB that the queries read, from memory or from files."""
    plans = await _explained(session, sent)
    return sum(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] for plan in plans)


async def indexes_read(session: AsyncSession, sent: Sent) -> set[str]:
    """Returns the names of the indexes that the queries read."""
    plans = await _explained(session, sent)
    return {index for plan in plans for index in _indexes(plan)}


def _indexes(plan: dict[str, Any]) -> Iterator[str]:
    if "Index Name" in plan:
        yield plan["Index Name"]
    for part in plan.get("Plans", ()):
        yield from _indexes(part)


async def _explained(session: AsyncSession, sent: Sent) -> list[dict[str, Any]]:
    connection = await session.connection()
    plans = []
    for statement, parameters in sent:
        explained = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"
        result = await connection.exec_driver_sql(explained, parameters)
        [plan] = result.scalar_one()
        plans.append(plan["Plan"])
    return plans
