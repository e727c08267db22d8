"""Reads one page of a query: by offset, or by a cursor whose cost does not grow with
depth."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Select, func, select, tuple_
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
) -> Page[T]:
    """Runs `query` for one page of its rows.

    Args:
        sort: the order of the rows; without it the newest come first.
        total: how many rows the query has, if the caller has counted them.

    Raises:
        UnknownCursor: the page's cursor is not one of this order.
    """
    if total is None:
        total = await _count_rows(session, query.with_only_columns(id_column))
    keys = SortKeys(id_column, sort)
    rows = keys.page_of(query.add_columns(*keys.columns), keys.columns, page)
    read = (await session.execute(rows)).all()
    items = [row[0] for row in read[: page.limit]]
    return Page(items, total, keys.following([row[1:] for row in read], page))


class SortKeys:
    """The columns by which a list is sorted, and the cursors of its pages.

    Attributes:
        columns: the sort keys, the last of which is the id.
    """

    def __init__(self, id_column: Column, sort: Sort | None) -> None:
        self.columns = [id_column] if sort is None else [sort.value, id_column]
        self._name = sort.name if sort else ""
        self._kinds = [sort.kind] if sort else []
        self._descending = sort is None or sort.descending

    def page_of(
        self, rows: Select[Any], columns: Sequence[Column], page: PageRequest
    ) -> Select[Any]:
        """Selects the rows of a page, and one more if another page follows.

        Args:
            columns: those of `rows` that have the sort keys.
        """
        if page.cursor is not None:
            last = decode_cursor(page.cursor, self._name, self._kinds)
            here = tuple_(*columns)
            rows = rows.where(here < last if self._descending else here > last)
        order = (key.desc() if self._descending else key.asc() for key in columns)
        return rows.order_by(*order).offset(page.skip).limit(page.limit + 1)

    def following(
        self, read: Sequence[Sequence[Any]], page: PageRequest
    ) -> tuple[str, str] | None:
        """Returns the parameter of the following page, if there is one.

        Args:
            read: the sort keys of the rows that `page_of` selected.
        """
        if len(read) <= page.limit:
            return None
        return ("cursor", encode_cursor(self._name, read[page.limit - 1]))


async def _count_rows(session: AsyncSession, query: Select[Any]) -> int:
    """Returns the number of rows of `query`, at most `EXACT_COUNT + 1`."""
    counted = query.limit(EXACT_COUNT + 1).subquery()
    return await session.scalar(select(func.count()).select_from(counted)) or 0
