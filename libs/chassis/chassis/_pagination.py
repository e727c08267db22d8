"""Pages of a list: by offset, or by a cursor whose cost does not grow with depth."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from chassis._errors import Invalid

EXACT_COUNT = 10_000
MAX_SKIP = 2**31 - 1

T = TypeVar("T")


class UnknownCursor(Invalid):
    """The cursor was not taken from a `Link` header of this list."""


@dataclass(frozen=True)
class PageRequest:
    """Which part of a list is asked for.

    Attributes:
        before: only what has a smaller id; the newest come first.
    """

    skip: int
    limit: int
    before: int | None


@dataclass(frozen=True)
class Page(Generic[T]):
    """A part of a list.

    Attributes:
        total: how many there are in all, at most `EXACT_COUNT + 1`.
        next_before: the `before` of the following page, if there is one.
    """

    items: Sequence[T]
    total: int
    next_before: int | None


def _page_request(
    skip: Annotated[int, Query(ge=0, le=MAX_SKIP, description="Left out first")] = 0,
    limit: Annotated[int, Query(ge=1, le=100, description="Returned at most")] = 20,
    cursor: Annotated[
        str | None, Query(max_length=100, description="From a `Link` header")
    ] = None,
) -> PageRequest:
    return PageRequest(skip, limit, None if cursor is None else _decode(cursor))


PageDep = Annotated[PageRequest, Depends(_page_request)]


async def fetch_page(
    session: AsyncSession,
    query: Select[T],
    id_column: InstrumentedAttribute[int] | ColumnElement[int],
    page: PageRequest,
) -> Page[T]:
    """Runs `query`, newest first, for one page of its rows."""
    counted = query.with_only_columns(id_column).limit(EXACT_COUNT + 1).subquery()
    total = await session.scalar(select(func.count()).select_from(counted))
    rows = query.order_by(id_column.desc()).limit(page.limit + 1)
    if page.before is not None:
        rows = rows.where(id_column < page.before)
    result = await session.scalars(rows.offset(page.skip))
    found: Sequence[T] = result.unique().all()
    items = found[: page.limit]
    more = len(found) > page.limit
    key = getattr(id_column, "key", "id")
    next_before = getattr(items[-1], str(key)) if more else None
    return Page(items, total or 0, next_before)


def describe_page(request: Request, response: Response, page: Page[Any]) -> None:
    """Sets the headers that tell of the page: `X-Total-Count` and `Link`."""
    response.headers["X-Total-Count"] = str(min(page.total, EXACT_COUNT))
    if page.total > EXACT_COUNT:
        response.headers["X-Total-Count-Capped"] = "true"
    if page.next_before is not None:
        kept = [
            (name, value)
            for name, value in request.query_params.multi_items()
            if name not in ("skip", "cursor")
        ]
        query = urlencode([*kept, ("cursor", _encode(page.next_before))])
        response.headers["Link"] = f'<{request.url.path}?{query}>; rel="next"'


def _encode(before: int) -> str:
    return base64.urlsafe_b64encode(str(before).encode()).decode().rstrip("=")


def _decode(cursor: str) -> int:
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        before = int(base64.urlsafe_b64decode(padded.encode()))
    except (binascii.Error, ValueError) as error:
        raise UnknownCursor("take it from a Link header", "cursor") from error
    if not 0 < before < 2**63:
        raise UnknownCursor("take it from a Link header", "cursor")
    return before
