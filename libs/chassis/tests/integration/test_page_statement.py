"""Pages of plain rows, by offset and by cursor."""

import pytest
from sqlalchemy import RowMapping, bindparam, select

from chassis import Database, Page, PageRequest, PageStatement
from chassis._http.cursors import encode_cursor
from chassis._http.pagination import UnknownCursor
from tests.tables import Thing

NAMES = ["kept 1", "kept 2", "other", "kept 3", "kept 4", "kept 5"]
KEPT = PageStatement(
    select(Thing.name).where(Thing.name.like(bindparam("pattern"))), Thing.id
)


@pytest.fixture
async def things(database: Database) -> Database:
    async with database.transaction() as session:
        for name in NAMES:
            session.add(Thing(name=name))
            await session.flush()
    return database


async def page_of(
    database: Database, skip: int = 0, cursor: str | None = None
) -> Page[RowMapping]:
    async with database.reading() as connection:
        return await KEPT.fetch(
            connection, PageRequest(skip, 2, cursor), pattern="kept%"
        )


async def test_cursors_lead_through_all_rows_once(things: Database) -> None:
    names: list[str] = []
    cursor = None
    for _ in range(3):
        page = await page_of(things, cursor=cursor)
        assert page.total == 5
        names += [row["name"] for row in page.items]
        cursor = page.following[1] if page.following else None
    assert cursor is None
    assert names == ["kept 5", "kept 4", "kept 3", "kept 2", "kept 1"]


async def test_page_behind_the_last_has_the_total(things: Database) -> None:
    page = await page_of(things, skip=5)
    assert (page.items, page.total, page.following) == ([], 5, None)


async def test_empty_list_has_an_empty_page(database: Database) -> None:
    page = await page_of(database)
    assert (page.items, page.total, page.following) == ([], 0, None)


@pytest.mark.parametrize("cursor", ["", "nonsense", encode_cursor("name", ["a", 1])])
async def test_cursor_of_another_list_is_rejected(
    things: Database, cursor: str
) -> None:
    with pytest.raises(UnknownCursor):
        await page_of(things, cursor=cursor)
