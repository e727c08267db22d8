"""Pages in the order of the newest and in others, by offset and by cursor."""

import base64
from typing import Annotated, Any

import pytest
from pydantic import Field, TypeAdapter
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis import Page, PageRequest, Sort, Text, fetch_page
from chassis._http.pagination import UnknownCursor
from tests.tables import Thing

NAME: TypeAdapter[str] = TypeAdapter(Annotated[Text, Field(max_length=255)])
LOWERED = func.lower(Thing.name)
BY_NAME = Sort("name", LOWERED, NAME)
BY_NAME_DOWN = Sort("-name", LOWERED, NAME, descending=True)
# Lowered, two pairs of them are the same.
NAMES = ["b", "A", "C", "a", "B", 'quoted "ä\u0001"']


async def page_of(
    session: AsyncSession, sort: Sort | None, cursor: str | None, limit: int = 2
) -> Page[Thing]:
    request = PageRequest(0, limit, cursor)
    return await fetch_page(session, select(Thing), Thing.id, request, sort)


async def all_pages(session: AsyncSession, sort: Sort | None) -> list[str]:
    names: list[str] = []
    cursor = None
    while True:
        page = await page_of(session, sort, cursor)
        names += [thing.name for thing in page.items]
        if page.following is None:
            return names
        _, cursor = page.following


@pytest.fixture
async def things(session: AsyncSession) -> AsyncSession:
    for name in NAMES:
        session.add(Thing(name=name))
        await session.flush()
    return session


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        (None, NAMES[::-1]),
        (BY_NAME, ["A", "a", "b", "B", "C", NAMES[-1]]),
        (BY_NAME_DOWN, [NAMES[-1], "C", "B", "b", "a", "A"]),
    ],
)
async def test_cursors_lead_through_the_whole_list_once(
    things: AsyncSession, sort: Sort | None, names: list[str]
) -> None:
    assert await all_pages(things, sort) == names


async def test_cursor_keeps_its_place_when_rows_are_added(
    things: AsyncSession,
) -> None:
    first = await page_of(things, BY_NAME, None)
    assert first.following is not None
    things.add(Thing(name="0"))
    second = await page_of(things, BY_NAME, first.following[1])
    assert [thing.name for thing in second.items] == ["b", "B"]
    assert second.total == len(NAMES) + 1


@pytest.mark.parametrize("taken", [None, BY_NAME, BY_NAME_DOWN])
@pytest.mark.parametrize("used", [None, BY_NAME, BY_NAME_DOWN])
async def test_cursor_is_valid_for_its_order_only(
    things: AsyncSession, taken: Sort | None, used: Sort | None
) -> None:
    page = await page_of(things, taken, None)
    assert page.following is not None
    if taken is used:
        assert (await page_of(things, used, page.following[1])).items
    else:
        with pytest.raises(UnknownCursor):
            await page_of(things, used, page.following[1])


def encoded(position: bytes) -> str:
    return base64.urlsafe_b64encode(position).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "nonsense",
        "\u00e4",
        "a",
        *map(
            encoded,
            [
                b"\xff",
                b"17",
                b"[]",
                b"{}",
                b"null",
                b'["name"]',
                b'["name", "a"]',
                b'["name", "a", 1, 2]',
                b'["name", 1, 1]',
                b'["name", "\\u0000", 1]',
                b'["name", "\\ud800", 1]',
                b'["name", "a", 0]',
                b'["name", "a", true]',
                b'["name", "a", "1"]',
                b'["name", "a", 9223372036854775808]',
                b'["name", "' + b"x" * 256 + b'", 1]',
                b"[" * 100_000,
            ],
        ),
    ],
)
async def test_invented_cursor_is_rejected(session: AsyncSession, cursor: Any) -> None:
    with pytest.raises(UnknownCursor):
        await page_of(session, BY_NAME, cursor)
