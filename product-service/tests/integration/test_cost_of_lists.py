"""A page of the catalogue reads few rows, however many products match."""

from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.product import Product
from app.repositories.catalogue import Catalogue
from app.repositories.match_counts import MatchCounts
from app.repositories.products import Products
from app.repositories.ranked_search import SearchCursor, search_fingerprint
from app.schemas.catalogue import CatalogueFilter, CatalogueOrder
from app.schemas.product import ProductCreate
from chassis import EXACT_COUNT, Database, Deadline, Page, PageRequest, UnknownCursor
from tests.integration.large_catalogue import GOODS
from tests.integration.query_plans import indexes_read, pages_read, recorded

# The table has some 1,500 pages, and those that match stand on most of them.
FEW_PAGES = 400
FIRST = PageRequest(skip=0, limit=20)
MANY = EXACT_COUNT + 1
CHEAPEST = CatalogueOrder.CHEAPEST

Query = Callable[[Catalogue, PageRequest], Awaitable[Page[Product]]]


def listed(order: CatalogueOrder = CatalogueOrder.NEWEST, **wanted: Any) -> Query:
    narrowed = CatalogueFilter(**wanted)
    return lambda catalogue, page: catalogue.list_page(narrowed, order, page)


def searched(q: str, **wanted: Any) -> Query:
    narrowed = CatalogueFilter(**wanted)
    return lambda catalogue, page: catalogue.list_found(q, narrowed, page)


# Thousands, but few enough to be counted.
LIGHTS_AT_PRICES: Mapping[str, Any] = {
    "category": "light",
    "min_price": Decimal(100),
    "max_price": Decimal(400),
}
LIGHTS = 4050

QUERIES: Mapping[str, tuple[Query, int]] = {
    "all": (listed(), MANY),
    "by name": (listed(CatalogueOrder.BY_NAME), MANY),
    "a category": (listed(category="light"), MANY),
    "no such category": (listed(category="garden"), 0),
    "a range of prices": (listed(min_price=Decimal(100), max_price=Decimal(800)), MANY),
    "in stock": (listed(in_stock=True), MANY),
    "sold out": (listed(in_stock=False), 0),
    "low stock": (listed(low_stock=True), 0),
    "no such category, by price": (listed(CHEAPEST, category="garden"), 0),
    "a category in a range of prices": (listed(**LIGHTS_AT_PRICES), LIGHTS),
    "a category in a range of prices, by price": (
        listed(CHEAPEST, **LIGHTS_AT_PRICES),
        LIGHTS,
    ),
    "sold out, by price": (listed(CHEAPEST, in_stock=False), 0),
    "low stock, by name": (listed(CatalogueOrder.BY_NAME, low_stock=True), 0),
    "list: a common word": (listed(q="lamp"), MANY),
    "list: a common part": (listed(q="amp"), MANY),
    "list: a rare word": (listed(q="kettle"), GOODS // 1000),
    "list: no such word": (listed(q="toaster"), 0),
    "list: two letters of a common word": (listed(q="mp"), MANY),
    "list: two letters of no word": (listed(q="xq"), 0),
    "a common word": (searched("lamp"), MANY),
    "a common word of descriptions": (searched("every day"), MANY),
    "a common word, misspelt": (searched("lmap"), MANY),
    "a rare word": (searched("kettle"), GOODS // 1000),
    "a rare word, misspelt": (searched("ketle"), GOODS // 1000),
    "a rare word of a category": (searched("kettle", category="seats"), GOODS // 1000),
    "no such word": (searched("toaster"), 0),
    "two letters of a common word": (searched("mp"), MANY),
    "two letters of no word": (searched("xq"), 0),
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


async def test_pages_read_do_not_grow_with_matches(large_catalogue: Database) -> None:
    totals, pages = {}, {}
    async with large_catalogue.transaction(Deadline.after(60)) as session:
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


RARE: Mapping[str, Mapping[str, Any]] = {
    "a category": {"category": "rare"},
    "a range of prices": {"min_price": Decimal(5000)},
    "a range of prices, in stock": {"min_price": Decimal(5000), "in_stock": True},
    "sold out": {"in_stock": False},
    "low stock": {"low_stock": True},
    "sold out, in a common category": {"category": "seats", "in_stock": False},
    "sold out, at a common price": {"max_price": Decimal(4000), "in_stock": False},
    "low stock, of an owner of many": {"owner_id": 1, "low_stock": True},
}
_MAKE_SOME_RARE = (
    "UPDATE stock SET on_hand = 0 WHERE product_id % 4000 = 3",
    "UPDATE products SET category = 'Rare' WHERE id % 4000 = 5",
    "UPDATE products SET price = 5000 WHERE id % 4000 = 7",
)


async def test_pages_read_are_few_for_rare_filters_in_any_order(
    large_catalogue: Database,
) -> None:
    async with large_catalogue.transaction(Deadline.after(60)) as session:
        for statement in _MAKE_SOME_RARE:
            await session.execute(text(statement))
    async with large_catalogue.reading(Deadline.after(60)) as connection:
        await connection.execute(text("VACUUM ANALYZE products, stock"))
    totals, pages = {}, {}
    async with large_catalogue.transaction(Deadline.after(60)) as session:
        catalogue = Catalogue(session, MatchCounts())
        for name, wanted in RARE.items():
            for order in CatalogueOrder:
                with recorded(session) as sent:
                    found = await listed(order, **wanted)(catalogue, FIRST)
                totals[name, order] = (found.total, len(found.items))
                pages[name, order] = await pages_read(session, sent)
    assert set(totals.values()) == {(GOODS // 4000, GOODS // 4000)}
    assert {name: n for name, n in pages.items() if n > FEW_PAGES} == {}


async def test_names_are_not_compared_if_all_words_are_known(
    large_catalogue: Database,
) -> None:
    async with large_catalogue.transaction(Deadline.after(60)) as session:
        catalogue = Catalogue(session, MatchCounts())
        with recorded(session) as sent:
            await listed(q="kettle every day")(catalogue, FIRST)
            await searched("lamp every day")(catalogue, FIRST)
        indexes = await indexes_read(session, sent)
    assert "ix_products_terms" in indexes
    assert "ix_products_name_trigrams" not in indexes


async def test_pages_read_do_not_grow_with_depth(large_catalogue: Database) -> None:
    first: dict[str, int] = {}
    deep: dict[str, int] = {}
    async with large_catalogue.transaction(Deadline.after(60)) as session:
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


async def test_pages_read_do_not_grow_within_a_small_tier(
    large_catalogue: Database,
) -> None:
    query, shown, pages = searched("lamp"), list[int](), dict[int, int]()
    async with large_catalogue.transaction(Deadline.after(60)) as session:
        # Their name is the query, so they come before all other lamps.
        exact = [await store_lamp(session) for _ in range(30)]
        catalogue, page = Catalogue(session, MatchCounts()), FIRST
        for _ in range(2):
            await query(catalogue, FIRST)
        # From now on, the many matches are not counted again.
        for number in range(4):
            with recorded(session) as sent:
                found = await query(catalogue, page)
            pages[number] = await pages_read(session, sent)
            shown += [product.id for product in found.items]
            assert found.following is not None
            page = PageRequest(0, 20, found.following[1])
    assert shown[:30] == exact[::-1]
    assert len(set(shown)) == 80
    assert shown[30:] == sorted(shown[30:], reverse=True)
    # The page between two tiers looks at the newest products twice.
    few = 2 * FEW_PAGES
    assert {number: n for number, n in pages.items() if n > few} == {}


async def store_lamp(session: AsyncSession) -> int:
    offer = ProductCreate(name="Lamp", price=Decimal(9), quantity=5)
    row = await Products(session).add(1, offer)
    return int(row["id"])


async def test_cursor_of_a_tier_that_is_not_there_is_unknown(
    large_catalogue: Database,
) -> None:
    async with large_catalogue.transaction(Deadline.after(60)) as session:
        catalogue = Catalogue(session, MatchCounts())
        for word in ("lamp", "kettle"):
            query = searched(word)
            found = await query(catalogue, PageRequest(skip=0, limit=1))
            assert found.following is not None
            cursor = SearchCursor.read(
                found.following[1], search_fingerprint(word, CatalogueFilter())
            )
            for tier in range(6, 11):
                edited = str(cursor.model_copy(update={"tier": tier}))
                with pytest.raises(UnknownCursor):
                    await query(catalogue, PageRequest(0, 20, edited))
