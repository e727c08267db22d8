"""A change reaches the cache, whatever happens in between."""

from contextlib import suppress

import pytest
from opentelemetry.sdk.trace import TracerProvider
from redis.asyncio import Redis
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.cache import Cache
from app.clients.redis_link import CacheAway, RedisLink
from app.models import CacheInvalidation, Product
from app.models.stock import InsufficientStock, Stock
from app.repositories.invalidations import Invalidations, note_revisions
from app.repositories.products import Products
from app.repositories.stock import Stocks
from app.schemas.product import ProductCreate
from app.services.offer_product import offer_product
from app.services.refresh_cache import RefreshCache
from chassis import Database
from chassis.testing import Network
from tests.factories import OWNER, user

REDIS_MAY_HANG = True


@pytest.fixture
async def lamp(database: Database) -> Product:
    """It has been changed three times, of which the cache knows nothing."""
    async with database.transaction() as session:
        offer = ProductCreate(name="Lamp", price="9.99", quantity=5)
        product = await offer_product(Products(session), user(OWNER), offer)
    async with database.transaction() as session:
        lamp = await Products(session).get_locked(product.id)
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


async def test_revisions_are_noted_at_the_commit(
    database: Database, lamp: Product
) -> None:
    revisions: dict[int, int] = {}
    async with database.transaction() as session:
        note_revisions(session, revisions)
        async with session.begin_nested():
            await change(session, lamp)
        assert revisions == {}
        await change(session, lamp)
    assert revisions == {lamp.id: 6}


async def test_revision_of_a_rolled_back_savepoint_is_not_noted(
    database: Database, lamp: Product
) -> None:
    revisions: dict[int, int] = {}
    async with database.transaction() as session:
        note_revisions(session, revisions)
        with suppress(InsufficientStock):
            async with session.begin_nested():
                stock = await change(session, lamp)
                stock.reduce(1_000, "counted")
    assert revisions == {}
    assert await waiting(database) == [2, 3, 4]


async def change(session: AsyncSession, product: Product) -> Stock:
    stock = await Stocks(session).get_locked(product.id)
    stock.restock(1, "counted")
    await session.flush()
    return stock


async def test_what_is_queued_is_stamped_once(
    database: Database, lamp: Product, cache_url: str, redis: Redis
) -> None:
    async with RedisLink(cache_url, TracerProvider()) as link:
        refresh = RefreshCache(database, Cache(link))
        assert await refresh.refresh_batch() == 1
        assert await refresh.refresh_batch() == 0
    assert await redis.hgetall(f"product:{lamp.id}") == {b"revision": b"4"}
    assert await waiting(database) == []


async def test_what_redis_does_not_learn_stays_queued(
    database: Database, lamp: Product, redis: Redis, cache_network: tuple[Network, str]
) -> None:
    network, url = cache_network
    async with RedisLink(url, TracerProvider()) as link:
        refresh = RefreshCache(database, Cache(link))
        network.cut()
        with pytest.raises(CacheAway):
            await refresh.refresh_batch()
    assert await waiting(database) == [2, 3, 4]
    assert await redis.exists(f"product:{lamp.id}") == 0


async def test_two_workers_do_not_wait_for_each_other(
    database: Database, lamp: Product
) -> None:
    assert lamp
    async with database.transaction() as one, database.transaction() as other:
        assert await Invalidations(one).take() == {lamp.id: 4}
        assert await Invalidations(other).take() == {}
