"""A change reaches the cache, whatever happens in between."""

from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import pytest
import pytest_asyncio
from opentelemetry.sdk.trace import TracerProvider
from redis.asyncio import Redis
from sqlalchemy import select

from app.clients.cache import Cache
from app.clients.copies import EDITION, CatalogueCopies
from app.models import CacheInvalidation, Product
from app.repositories.invalidations import Invalidations
from app.repositories.products import Products
from app.schemas.product import ProductCreate
from app.services.invalidate_after_commit import InvalidateAfterCommit
from app.services.invalidate_cache import InvalidateCache
from app.services.offer_product import OfferProduct
from chassis import Conflict, Database
from chassis.redis_client import RedisLink, RedisUnavailable
from chassis.testing import Network
from tests.factories import OWNER, user


@pytest.fixture
async def lamp(database: Database) -> Product:
    """It has been changed three times, of which the cache knows nothing."""
    async with database.transaction() as session:
        offer = ProductCreate(name="Lamp", price="9.99", quantity=5)
        product = await OfferProduct(Products(session)).offer(user(OWNER), offer)
    async with database.transaction() as session:
        lamp = await Products(session).get(product.id, for_update=True)
        lamp.stock.reserve(2)
        lamp.stock.release(1)
        lamp.edit(name="Lantern")
    return lamp


async def waiting(database: Database) -> list[int]:
    async with database.transaction() as session:
        rows = select(CacheInvalidation.revision).order_by(CacheInvalidation.revision)
        return list(await session.scalars(rows))


async def test_every_change_is_queued_with_its_revision(
    database: Database, lamp: Product
) -> None:
    assert lamp.stock.revision == 4
    assert await waiting(database) == [2, 3, 4]


async def test_queued_product_is_invalidated_once(
    database: Database, lamp: Product, cache_url: str, redis: Redis
) -> None:
    async with RedisLink(cache_url, TracerProvider()) as link:
        invalidate = InvalidateCache(database, Cache(link, CatalogueCopies()))
        assert await invalidate.invalidate_batch() == 1
        assert await invalidate.invalidate_batch() == 0
    assert await redis.hgetall(f"product:{lamp.id}") == {b"revision": b"4"}
    assert await waiting(database) == []


async def test_product_stays_queued_while_redis_is_down(
    database: Database, lamp: Product, redis: Redis, cache_network: tuple[Network, str]
) -> None:
    network, url = cache_network
    async with RedisLink(url, TracerProvider()) as link:
        invalidate = InvalidateCache(database, Cache(link, CatalogueCopies()))
        network.cut()
        with pytest.raises(RedisUnavailable):
            await invalidate.invalidate_batch()
    assert await waiting(database) == [2, 3, 4]
    assert await redis.exists(f"product:{lamp.id}") == 0


@pytest_asyncio.fixture
async def watched(
    database: Database, database_url: str, cache_url: str
) -> AsyncIterator[Database]:
    """The database, through a pool whose commits invalidate the cache."""
    async with (
        RedisLink(cache_url, TracerProvider()) as link,
        Database(database_url, pool_size=2) as pool,
    ):
        pool.on_change(InvalidateAfterCommit(Cache(link, CatalogueCopies())).schedule)
        yield pool


async def test_commit_of_any_session_invalidates_the_product(
    watched: Database, lamp: Product, redis: Redis
) -> None:
    async with watched.transaction() as session:
        (await Products(session).get(lamp.id, for_update=True)).stock.reserve(1)
        await session.flush()
        assert await redis.exists(f"product:{lamp.id}") == 0
    assert await redis.hgetall(f"product:{lamp.id}") == {b"revision": b"5"}


async def test_rolled_back_savepoint_invalidates_nothing(
    watched: Database, lamp: Product, redis: Redis
) -> None:
    async with watched.transaction() as session:
        with suppress(Conflict):
            async with session.begin_nested():
                (await Products(session).get(lamp.id, for_update=True)).stock.reserve(1)
                await session.flush()
                raise Conflict("anything")
    assert await redis.exists(f"product:{lamp.id}", EDITION) == 0


@pytest.mark.parametrize(
    ("change", "editions"),
    [
        (lambda lamp: lamp.edit(name="Candle"), 1),
        (lambda lamp: lamp.stock.restock(1, "found"), 1),
        (lambda lamp: lamp.stock.set_low_stock_threshold(9), 1),
        (lambda lamp: lamp.stock.reserve(1), 0),
        (lambda lamp: lamp.stock.sell(1, order_id=7), 0),
    ],
    ids=["edit", "restock", "threshold", "reservation", "sale"],
)
async def test_change_of_seller_invalidates_pages(
    watched: Database,
    lamp: Product,
    redis: Redis,
    change: Callable[[Product], object],
    editions: int,
) -> None:
    async with watched.transaction() as session:
        change(await Products(session).get(lamp.id, for_update=True))
    assert int(await redis.get(EDITION) or 0) == editions


async def test_workers_do_not_wait_for_each_other(
    database: Database, lamp: Product
) -> None:
    assert lamp
    async with database.transaction() as one, database.transaction() as other:
        assert await Invalidations(one).take() == {lamp.id: 4}
        assert await Invalidations(other).take() == {}
