"""Reads one page of a query: by offset, or by a cursor whose cost does not grow with
depth."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import CTE, ColumnElement, Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from chassis._http.cursors import decode_cursor, encode_cursor
from chassis._http.pagination import EXACT_COUNT, Page, PageRequest

T = TypeVar("T")

Column = InstrumentedAttribute[Any] | ColumnElement[Any]


@dataclass(frozen=True)
class Sort:
    """An order of a list: by a value, and by the id of rows with the same value.

    Attributes:
        name: distinguishes the cursors of this order from those of others.
        value: the sort key, which must not be null.
        kind: reads the value from a cursor; must admit nothing that the database
            cannot compare.
    """

    name: str
    value: Column
    kind: TypeAdapter[Any]
    descending: bool = False


async def fetch_page(
    session: AsyncSession,
    query: Select[T],
    id_column: Column,
    page: PageRequest,
    sort: Sort | None = None,
    *,
    total: int | None = None,
    is_sorted_last: bool = False,
) -> Page[T]:
    """Runs `query` for one page of its rows.

    Args:
        sort: the order of the rows; without it the newest come first.
        total: how many rows the query has, if the caller has counted them.
        is_sorted_last: finds all rows before it sorts them. This is for conditions of
            which PostgreSQL cannot estimate how few rows they match.

    Raises:
        UnknownCursor: the page's cursor is not one of this order.
    """
    if total is None:
        total = await _count_rows(session, query.with_only_columns(id_column))
    name = sort.name if sort else ""
    keys: list[Column] = [id_column] if sort is None else [sort.value, id_column]
    descending = sort is None or sort.descending
    matches = query
    if page.cursor is not None:
        last = decode_cursor(page.cursor, name, [sort.kind] if sort else [])
        here = tuple_(*keys)
        matches = query.where(here < last if descending else here > last)
    if is_sorted_last:
        labels = (key.label(f"key_{n}") for n, key in enumerate(keys))
        found = found_first(matches, *labels)
        top = _page_of(select(found), found.c, descending, page).subquery()
        rows = query.add_columns(*top.c).join(top, [*top.c][-1] == id_column)
        rows = rows.order_by(*_order(top.c, descending))
    else:
        rows = _page_of(matches.add_columns(*keys), keys, descending, page)
    read = (await session.execute(rows)).all()
    shown = read[: page.limit]
    following = None
    if len(read) > page.limit:
        following = ("cursor", encode_cursor(name, shown[-1][1:]))
    return Page([row[0] for row in shown], total, following)


def found_first(query: Select[Any], *columns: Column) -> CTE:
    """The matches of `query`, for a query that sorts them or reads only some of them.

    PostgreSQL plans it as if all of them were read. Else it may read a whole table in
    the order of a page because it expects more matches than there are.
    """
    found = query.with_only_columns(*columns).cte()
    return found.prefix_with("MATERIALIZED")


async def _count_rows(session: AsyncSession, query: Select[Any]) -> int:
    """Returns the number of rows of `query`, at most `EXACT_COUNT + 1`."""
    counted = query.limit(EXACT_COUNT + 1).subquery()
    return await session.scalar(select(func.count()).select_from(counted)) or 0


def _page_of(
    rows: Select[Any],
    keys: Iterable[Column],
    descending: bool,
    page: PageRequest,
) -> Select[Any]:
    ordered = rows.order_by(*_order(keys, descending))
    return ordered.offset(page.skip).limit(page.limit + 1)


def _order(keys: Iterable[Column], descending: bool) -> list[ColumnElement[Any]]:
    return [key.desc() if descending else key.asc() for key in keys]
