"""Finds the matches of a query, counts them, and remembers the queries that match many.

A list shows its exact count up to `EXACT_COUNT`. So as many matches have to be found
anyway, and if there are no more, a page is sorted out of them in the same statement. To
find out that a common word has more matches, PostgreSQL has to read as many rows. It
does so once: afterwards the word stays common until so many products have changed that
it may no longer be.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Row,
    Select,
    func,
    literal_column,
    select,
    text,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from chassis import EXACT_COUNT

Column = InstrumentedAttribute[Any] | ColumnElement[Any]

# As many changes make a proof void as it has matches above `EXACT_COUNT`.
MATCHES_READ = EXACT_COUNT + 2_000
REMEMBERED = 10_000

# The columns of a row before those of the page.
_COUNTS = 4
_CHANGES = text("SELECT last_value FROM product_changes")
_OLDEST_OPEN = literal_column(
    "pg_snapshot_xmin(pg_current_snapshot())::text::bigint", BigInteger
)
_THIS_TRANSACTION = select(
    literal_column("pg_current_xact_id()::text::bigint", BigInteger)
)


@dataclass(frozen=True)
class Matches:
    """The matches of a query.

    Attributes:
        total: how many rows, at most `EXACT_COUNT + 1`.
        page: the rows of the requested page; None if too many rows match.
    """

    total: int
    page: Sequence[Sequence[Any]] | None


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

    async def find(
        self,
        session: AsyncSession,
        query: Select[Any],
        columns: Sequence[Column],
        page_of: Callable[[CTE], Select[Any]],
        key: Hashable,
        newest: int | None = None,
    ) -> Matches:
        """Counts the rows of `query`, and reads a page of them if they are few.

        Args:
            columns: those that the page needs of each row; the id is the last one.
            page_of: selects the page from all rows that were found.
            key: identifies the query.
            newest: the greatest id that the query admits, if it has a limit.
        """
        changes = await session.scalar(_CHANGES) or 0
        proof = self._proofs.get(key)
        if proof is not None and proof.holds(changes, newest):
            return Matches(EXACT_COUNT + 1, None)
        labelled = (each.label(f"key_{n}") for n, each in enumerate(columns))
        matching = select(found_first(query, *labelled)).limit(MATCHES_READ)
        found = matching.cte("found").prefix_with("MATERIALIZED")
        rows = (await session.execute(_counts_and_page(found, page_of(found)))).all()
        if rows[0].counted > EXACT_COUNT:
            await self._learn(session, key, rows[0], changes)
            return Matches(EXACT_COUNT + 1, None)
        page = [row[_COUNTS:] for row in rows if row.place is not None]
        return Matches(rows[0].counted, page)

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


def found_first(query: Select[Any], *columns: Column) -> CTE:
    """The matches of `query`, for a query that sorts them or reads only some of them.

    PostgreSQL plans it as if all of them were read. Else it may read a whole table in
    the order of a page because it expects more matches than there are.
    """
    found = query.with_only_columns(*columns).cte()
    return found.prefix_with("MATERIALIZED")


def _counts_and_page(found: CTE, page: Select[Any]) -> Select[Any]:
    """Selects the counts, and beside them the page; without rows on it, one row."""
    newest = func.max([*found.c][-1]).label("newest")
    oldest_open = _OLDEST_OPEN.label("oldest_open")
    counts = select(func.count().label("counted"), newest, oldest_open)
    counted = counts.select_from(found).subquery()
    # A join does not promise to keep the order of the page.
    place = func.row_number().over().label("place")
    placed = select(place, page.subquery()).subquery()
    rows = select(counted, placed).join_from(counted, placed, true(), isouter=True)
    return rows.order_by(placed.c.place)


def _remember(known: dict[Hashable, Any], key: Hashable, value: object) -> None:
    if len(known) >= REMEMBERED:
        known.pop(next(iter(known)))
    known[key] = value
