"""Counts the products that a query matches, and remembers the queries that match many.

A list shows its exact count up to `EXACT_COUNT`. To find out that a common word has
more matches, PostgreSQL has to read as many rows. It does so once: afterwards the word
stays common until so many products have changed that it may no longer be.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Row, Select, func, literal_column, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from chassis import EXACT_COUNT, found_first

# As many changes make a proof void as it has matches above `EXACT_COUNT`.
MATCHES_READ = EXACT_COUNT + 2_000
REMEMBERED = 10_000

_CHANGES = text("SELECT last_value FROM product_changes")
_OLDEST_OPEN = literal_column(
    "pg_snapshot_xmin(pg_current_snapshot())::text::bigint", BigInteger
)
_THIS_TRANSACTION = select(
    literal_column("pg_current_xact_id()::text::bigint", BigInteger)
)


@dataclass(frozen=True)
class _Start:
    """From where a proof counts changes.

    Attributes:
        changes: how many changes of products had begun.
        transaction: all of them belong to transactions before this one.
    """

    changes: int
    transaction: int


@dataclass(frozen=True)
class _Proof:
    """A query had `counted` matches with ids up to `newest`, before later changes."""

    counted: int
    newest: int
    changes: int

    def holds(self, changes: int, newest: int | None) -> bool:
        left = self.counted - (changes - self.changes)
        return left > EXACT_COUNT and (newest is None or self.newest <= newest)


class MatchCounts:
    def __init__(self) -> None:
        self._starts: dict[Hashable, _Start] = {}
        self._proofs: dict[Hashable, _Proof] = {}

    async def count(
        self,
        session: AsyncSession,
        query: Select[Any],
        id_column: InstrumentedAttribute[int],
        key: Hashable | None,
        newest: int | None = None,
    ) -> int:
        """Returns how many rows `query` has, at most `EXACT_COUNT + 1`.

        Args:
            key: identifies the query; None if more than changes of products decides
                what matches. The result is then not remembered.
            newest: the greatest id that the query admits, if it has a limit.
        """
        changes = await session.scalar(_CHANGES) or 0
        proof = self._proofs.get(key)
        if proof is not None and proof.holds(changes, newest):
            return EXACT_COUNT + 1
        ids = select(found_first(query, id_column))
        matches = ids.limit(MATCHES_READ if key else EXACT_COUNT + 1).subquery()
        counts = select(
            func.count().label("counted"),
            func.max(*matches.c).label("newest"),
            _OLDEST_OPEN.label("oldest_open"),
        )
        row = (await session.execute(counts.select_from(matches))).one()
        if key and row.counted > EXACT_COUNT:
            await self._learn(session, key, row, changes)
        counted: int = row.counted
        return min(counted, EXACT_COUNT + 1)

    async def _learn(
        self, session: AsyncSession, key: Hashable, row: Row[Any], changes: int
    ) -> None:
        """Keeps the count as a proof if it has seen all changes before its start.

        A transaction that was open when the rows were counted may take some of them
        away although its changes are in `changes` already. So the proof begins at a
        start whose transactions have all ended: that of an earlier count.
        """
        start = self._starts.pop(key, None)
        if start is None:
            # Transactions are numbered in the order in which they make changes.
            this = await session.scalar(_THIS_TRANSACTION) or 0
            start = _Start(changes, this)
        if row.oldest_open >= start.transaction:
            proof = _Proof(row.counted, row.newest, start.changes)
            _remember(self._proofs, key, proof)
        else:
            _remember(self._starts, key, start)


def _remember(known: dict[Hashable, Any], key: Hashable, value: object) -> None:
    if len(known) >= REMEMBERED:
        known.pop(next(iter(known)))
    known[key] = value
