"""Reads one page of plain rows, for lists that are requested often.

`fetch_page` builds its statement for each request, and returns ORM objects. For fifty
rows both cost more than the rest of the request, and no list changes its rows. A
`PageStatement` is built once, and reads the rows and their number in one round trip.
"""

from typing import Any

from sqlalchemy import Integer, RowMapping, Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import InstrumentedAttribute

from chassis._http.cursors import decode_cursor, encode_cursor
from chassis._http.pagination import EXACT_COUNT, Page, PageRequest

# The names of columns beside those of the query.
ROW_ID = "page_row_id"
TOTAL = "page_total"


class PageStatement:
    """The rows of a query, newest first, a page at a time.

    Args:
        query: can have bound parameters; `fetch` takes their values.
    """

    def __init__(
        self, query: Select[*tuple[Any, ...]], id_column: InstrumentedAttribute[int]
    ) -> None:
        counted = query.with_only_columns(id_column).limit(EXACT_COUNT + 1).subquery()
        total = select(func.count()).select_from(counted)
        rows = (
            query.add_columns(
                id_column.label(ROW_ID), total.scalar_subquery().label(TOTAL)
            )
            .order_by(id_column.desc())
            .offset(bindparam("skip", type_=Integer))
            .limit(bindparam("limit", type_=Integer))
        )
        self._total = total
        self._from_start = rows
        self._from_cursor = rows.where(id_column < bindparam("last_id"))

    async def fetch(
        self, connection: AsyncConnection, page: PageRequest, **values: Any
    ) -> Page[RowMapping]:
        """Returns a page.

        Args:
            values: those of the query's bound parameters.

        Raises:
            UnknownCursor: the page's cursor is not one of a list of newest rows.
        """
        statement = self._from_start
        limits = {"skip": page.skip, "limit": page.limit + 1}
        if page.cursor is not None:
            statement = self._from_cursor
            (limits["last_id"],) = decode_cursor(page.cursor, "")
        result = await connection.execute(statement, {**values, **limits})
        read = result.mappings().all()
        # Without rows there is no number of rows either.
        total = read[0][TOTAL] if read else await connection.scalar(self._total, values)
        shown = read[: page.limit]
        following = None
        if len(read) > page.limit:
            following = ("cursor", encode_cursor("", [shown[-1][ROW_ID]]))
        return Page(shown, total or 0, following)
