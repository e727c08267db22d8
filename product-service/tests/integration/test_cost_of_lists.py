"""A page of the catalogue reads few rows, however many products match."""

from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from typing import Any

from app.models.product import Product
from app.repositories.catalogue import Catalogue
from app.repositories.match_counts import MatchCounts
from app.schemas.catalogue import CatalogueFilter, CatalogueOrder
from chassis import EXACT_COUNT, Database, Page, PageRequest
from tests.integration.large_catalogue import GOODS, store_goods
from tests.integration.query_plans import pages_read, recorded

# The table has some 1,500 pages, and those that match stand on most of them.
FEW_PAGES = 400
FIRST = PageRequest(skip=0, limit=20)
MANY = EXACT_COUNT + 1

Query = Callable[[Catalogue, PageRequest], Awaitable[Page[Product]]]


def listed(order: CatalogueOrder = CatalogueOrder.NEWEST, **wanted: Any) -> Query:
    narrowed = CatalogueFilter(**wanted)
    return lambda catalogue, page: catalogue.list_page(narrowed, order, page)


def searched(q: str, **wanted: Any) -> Query:
    narrowed = CatalogueFilter(**wanted)
    return lambda catalogue, page: catalogue.list_found(q, narrowed, page)


QUERIES: Mapping[str, tuple[Query, int]] = {
    "all": (listed(), MANY),
    "by name": (listed(CatalogueOrder.BY_NAME), MANY),
    "a category": (listed(category="light"), MANY),
    "no such category": (listed(category="garden"), 0),
    "a range of prices": (listed(min_price=Decimal(100), max_price=Decimal(800)), MANY),
    "in stock": (listed(in_stock=True), MANY),
    "sold out": (listed(in_stock=False), 0),
    "low stock": (listed(low_stock=True), 0),
    "list: a common word": (listed(q="lamp"), MANY),
    "list: a common part": (listed(q="amp"), MANY),
    "list: a rare word": (listed(q="kettle"), GOODS // 1000),
    "list: no such word": (listed(q="toaster"), 0),
    "a common word": (searched("lamp"), MANY),
    "a common word of descriptions": (searched("every day"), MANY),
    "a common word, misspelt": (searched("lmap"), MANY),
    "a rare word": (searched("kettle"), GOODS // 1000),
    "a rare word, misspelt": (searched("ketle"), GOODS // 1000),
    "a rare word of a category": (searched("kettle", category="seats"), GOODS // 1000),
    "no such word": (searched("toaster"), 0),
}


DEPTH = 11_000
DEEP = (
    "all",
    "by name",
    "a category",
    "in stock",
    "list: a common word",
    "a common word",
    "a common word, misspelt",
)


async def test_pages_read_do_not_grow_with_matches(database: Database) -> None:
    await store_goods(database)
    totals, pages = {}, {}
    async with database.transaction(60) as session:
        catalogue = Catalogue(session, MatchCounts())
        for name, (query, _) in QUERIES.items():
            for _ in range(2):
                totals[name] = (await query(catalogue, FIRST)).total
            # From now on, many matches are not counted again.
            with recorded(session) as sent:
                await query(catalogue, FIRST)
            pages[name] = await pages_read(session, sent)
    assert totals == {name: total for name, (_, total) in QUERIES.items()}
    assert {name: n for name, n in pages.items() if n > FEW_PAGES} == {}


async def test_pages_read_do_not_grow_with_depth(database: Database) -> None:
    await store_goods(database)
    first: dict[str, int] = {}
    deep: dict[str, int] = {}
    async with database.transaction(60) as session:
        catalogue = Catalogue(session, MatchCounts())
        for name in DEEP:
            query, _ = QUERIES[name]
            for _ in range(2):
                before = await query(catalogue, PageRequest(skip=DEPTH, limit=1))
            assert before.following is not None
            _, cursor = before.following
            for pages, page in ((first, FIRST), (deep, PageRequest(0, 20, cursor))):
                with recorded(session) as sent:
                    assert len((await query(catalogue, page)).items) == 20
                pages[name] = await pages_read(session, sent)
    assert {name: n for name, n in deep.items() if n > 1.2 * first[name]} == {}
