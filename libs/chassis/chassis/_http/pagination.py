"""Reads the page that a request asks for, and describes it in the response."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response

from chassis._errors import Invalid
from chassis._http.url import asked_path
from chassis._values.numbers import DigitsOnly

EXACT_COUNT = 10_000
MAX_SKIP = 2**31 - 1
# The longest cursor contains a text of 255 characters.
MAX_CURSOR = 4096

T = TypeVar("T")


class UnknownCursor(Invalid):
    """The cursor was not taken from a `Link` header of this list in this order."""

    where = "query"


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
