"""A remembered count is never higher than the true one."""

from collections.abc import Iterable

import httpx
import pytest
from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.product import Product
from app.repositories import match_counts
from app.repositories.match_counts import MatchCounts
from chassis import Database
from tests.factories import AS_OWNER, offer

EXACT, READ = 5, 8
MANY = EXACT + 1


@pytest.fixture(autouse=True)
def _small_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(match_counts, "EXACT_COUNT", EXACT)
    monkeypatch.setattr(match_counts, "MATCHES_READ", READ)


async def offer_many(client: httpx.AsyncClient, number: int) -> list[int]:
    return [await offer(client) for _ in range(number)]


async def withdraw(session: AsyncSession, ids: Iterable[int]) -> None:
    withdrawn = update(Product).where(Product.id.in_(ids))
    await session.execute(withdrawn.values(withdrawn_at=func.now()))


async def count(database: Database, counts: MatchCounts, key: str = "offered") -> int:
    offered = select(Product).where(Product.withdrawn_at.is_(None))
    async with database.transaction() as session:
        return await count_rows(session, counts, offered, key)


async def count_rows(
    session: AsyncSession, counts: MatchCounts, query: Select[Product], key: str
) -> int:
    found = await counts.find(session, query, [Product.id], select, key)
    assert found.page is None or len(found.page) == found.total
    return found.total


async def test_many_matches_are_counted_twice_at_most(
    client: httpx.AsyncClient, database: Database
) -> None:
    await offer_many(client, READ)
    counts = MatchCounts()
    assert [await count(database, counts) for _ in range(2)] == [MANY, MANY]
    async with database.transaction() as session:
        nothing = select(Product).where(Product.id < 0)
        assert await count_rows(session, counts, nothing, "offered") == MANY


async def test_changed_products_are_counted_anew(
    client: httpx.AsyncClient, database: Database
) -> None:
    ids = await offer_many(client, READ)
    counts = MatchCounts()
    assert [await count(database, counts) for _ in range(2)] == [MANY, MANY]
    for left, product_id in zip((7, 6, 5, 4), ids, strict=False):
        await client.delete(f"/products/{product_id}", headers=AS_OWNER)
        assert await count(database, counts) == min(left, MANY)


async def test_change_that_is_open_while_counting_is_not_missed(
    client: httpx.AsyncClient, database: Database
) -> None:
    ids = await offer_many(client, READ)
    counts = MatchCounts()
    async with database.transaction() as session:
        await withdraw(session, ids[:4])
        assert [await count(database, counts) for _ in range(3)] == [MANY] * 3
    assert await count(database, counts) == READ - 4


async def test_counts_of_queries_are_kept_apart(
    client: httpx.AsyncClient, database: Database
) -> None:
    await offer_many(client, READ)
    counts = MatchCounts()
    for _ in range(2):
        assert await count(database, counts, "offered") == MANY
    async with database.transaction() as session:
        nothing = select(Product).where(Product.id < 0)
        assert await count_rows(session, counts, nothing, "nothing") == 0


async def test_withdrawn_product_is_neither_in_stock_nor_sold_out(
    client: httpx.AsyncClient,
) -> None:
    withdrawn, _ = await offer(client, quantity=3), await offer(client, quantity=3)
    sold_out = await offer(client, quantity=0)
    for product_id in (withdrawn, sold_out):
        await client.delete(f"/products/{product_id}", headers=AS_OWNER)
    totals = {
        params: (await client.get(f"/products?{params}")).headers["X-Total-Count"]
        for params in ("in_stock=true", "in_stock=false", "low_stock=true")
    }
    assert totals == {
        "in_stock=true": "1",
        "in_stock=false": "0",
        "low_stock=true": "1",
    }
