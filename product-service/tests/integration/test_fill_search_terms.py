"""Goods that the release before has stored are found by their words once filled."""

import httpx
import pytest
from sqlalchemy import RowMapping, select, text, update

from app.models.product import Product
from app.services import fill_search_terms
from app.services.fill_search_terms import FillSearchTerms
from chassis import Database
from tests.factories import offer

NAMES = ("WD-40 Multi-Use", "Łódź street map", "Brass lamp")


async def forget_terms(database: Database) -> None:
    """Leaves the rows as a release without search terms stores them."""
    async with database.transaction() as session:
        await session.execute(text("ALTER TABLE products DISABLE TRIGGER search_terms"))
        await session.execute(update(Product).values(terms=None))
        await session.execute(text("ALTER TABLE products ENABLE TRIGGER search_terms"))
        await session.execute(text("DELETE FROM search_words"))


async def rows(database: Database) -> list[RowMapping]:
    columns = (Product.name, Product.version, Product.updated_at)
    async with database.transaction() as session:
        query = select(*columns).order_by(Product.id)
        return list((await session.execute(query)).mappings())


async def found(client: httpx.AsyncClient, q: str) -> list[str]:
    answer = await client.get("/products/search", params={"q": q})
    return [product["name"] for product in answer.json()]


async def test_filled_products_are_found_by_words_and_typos(
    client: httpx.AsyncClient, database: Database
) -> None:
    for name in NAMES:
        await offer(client, name=name)
    await forget_terms(database)
    before = await rows(database)

    assert await FillSearchTerms(database).fill_batch() == len(NAMES)

    assert await FillSearchTerms(database).fill_batch() == 0
    assert await found(client, "wd40") == ["WD-40 Multi-Use"]
    assert await found(client, "lodz") == ["Łódź street map"]
    assert await found(client, "brsas") == ["Brass lamp"]
    assert await rows(database) == before


async def test_older_products_are_filled_in_batches(
    client: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in NAMES:
        await offer(client, name=name)
    await forget_terms(database)
    monkeypatch.setattr(fill_search_terms, "BATCH", 2)

    filling = FillSearchTerms(database)

    assert [await filling.fill_batch() for _ in range(3)] == [2, 1, 0]
