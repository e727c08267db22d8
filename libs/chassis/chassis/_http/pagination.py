"""Pages of a list: by offset, or by a cursor whose cost does not grow with depth."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response
from pydantic import Field, TypeAdapter
from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from chassis._errors import Invalid
from chassis._http.url import asked_path
from chassis._values.numbers import DigitsOnly, Id

EXACT_COUNT = 10_000
MAX_SKIP = 2**31 - 1
# The longest cursor contains a text of 255 characters.
MAX_CURSOR = 4096

T = TypeVar("T")

_ID: TypeAdapter[int] = TypeAdapter(Id)
_POSITION: TypeAdapter[list[Any]] = TypeAdapter(
    Annotated[list[Any], Field(min_length=1)]
)


class UnknownCursor(Invalid):
    """The cursor was not taken from a `Link` header of this list in this order."""

    where = "query"


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
    value: InstrumentedAttribute[Any] | ColumnElement[Any]
    kind: TypeAdapter[Any]
    descending: bool = False


@dataclass(frozen=True)
class PageRequest:
    """The requested part of a list."""

    skip: int
    limit: int
    cursor: str | None = None


@dataclass(frozen=True)
class Page(Generic[T]):
    """A part of a list.

    Attributes:
        total: the number of all items, at most `EXACT_COUNT + 1`.
        following: the query parameter that leads to the following page, if there is
            one: its name and its value.
    """

    items: Sequence[T]
    total: int
    following: tuple[str, str] | None


Skip = Annotated[DigitsOnly, Query(ge=0, le=MAX_SKIP, description="Left out first")]
Limit = Annotated[DigitsOnly, Query(ge=1, le=100, description="Returned at most")]
Cursor = Annotated[
    str | None, Query(max_length=MAX_CURSOR, description="From a `Link` header")
]


async def _page_request(
    skip: Skip = 0, limit: Limit = 20, cursor: Cursor = None
) -> PageRequest:
    return PageRequest(skip, limit, cursor)


PageDep = Annotated[PageRequest, Depends(_page_request)]


async def _count_rows(session: AsyncSession, query: Select[Any]) -> int:
    """Returns the number of rows of `query`, at most `EXACT_COUNT + 1`."""
    counted = query.limit(EXACT_COUNT + 1).subquery()
    return await session.scalar(select(func.count()).select_from(counted)) or 0


async def fetch_page(
    session: AsyncSession,
    query: Select[T],
    id_column: InstrumentedAttribute[int] | ColumnElement[int],
    page: PageRequest,
    sort: Sort | None = None,
) -> Page[T]:
    """Runs `query` for one page of its rows.

    Args:
        sort: the order of the rows; without it the newest come first.

    Raises:
        UnknownCursor: the page's cursor is not one of this order.
    """
    name = sort.name if sort else ""
    keys = [id_column] if sort is None else [sort.value, id_column]
    descending = sort is None or sort.descending
    rows = query.add_columns(*keys)
    rows = rows.order_by(*(key.desc() if descending else key.asc() for key in keys))
    if page.cursor is not None:
        last = _decode(page.cursor, name, [sort.kind] if sort else [])
        here = tuple_(*keys)
        rows = rows.where(here < last if descending else here > last)
    total = await _count_rows(session, query.with_only_columns(id_column))
    found = (await session.execute(rows.offset(page.skip).limit(page.limit + 1))).all()
    shown = found[: page.limit]
    following = None
    if len(found) > page.limit:
        following = ("cursor", _encode(name, shown[-1][1:]))
    return Page([row[0] for row in shown], total, following)


def describe_page(request: Request, response: Response, page: Page[Any]) -> None:
    """Sets the headers that describe the page: `X-Total-Count` and `Link`."""
    response.headers["X-Total-Count"] = str(min(page.total, EXACT_COUNT))
    if page.total > EXACT_COUNT:
        response.headers["X-Total-Count-Capped"] = "true"
    if page.following is not None:
        kept = [
            (name, value)
            for name, value in request.query_params.multi_items()
            if name not in ("skip", "cursor")
        ]
        query = urlencode([*kept, page.following])
        response.headers["Link"] = f'<{asked_path(request.scope)}?{query}>; rel="next"'


def _encode(name: str, last: Sequence[Any]) -> str:
    position = json.dumps([name, *last], default=str, ensure_ascii=False)
    return base64.urlsafe_b64encode(position.encode()).decode().rstrip("=")


def _decode(cursor: str, name: str, kinds: Sequence[TypeAdapter[Any]]) -> Any:
    try:
        return _read(cursor, name, kinds)
    except ValueError as error:
        raise UnknownCursor(
            "take it from a Link header, and leave the order as it is", "cursor"
        ) from error


def _read(cursor: str, name: str, kinds: Sequence[TypeAdapter[Any]]) -> Any:
    padded = cursor + "=" * (-len(cursor) % 4)
    position = base64.b64decode(padded.encode(), altchars=b"-_", validate=True)
    sorted_by, *last = _POSITION.validate_json(position)
    if sorted_by != name:
        raise ValueError("the cursor of another order")
    return tuple(
        kind.validate_python(value)
        for kind, value in zip([*kinds, _ID], last, strict=True)
    )
