"""The cache keeps newer entries and refuses older ones."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from opentelemetry.sdk.trace import TracerProvider
from redis.asyncio import Redis

from app.clients import cache as cache_module
from app.clients.cache import Cache, PageEntry, ProductEntry
from app.clients.copies import CatalogueCopies
from chassis.redis_client import RedisLink
from chassis.redis_client.link import CONNECTIONS
from chassis.testing import eventually
from tests.conftest import REDIS_DATABASE


@pytest.fixture
async def cache(cache_url: str, redis: Redis) -> AsyncIterator[Cache]:
    assert redis
    async with RedisLink(cache_url, TracerProvider()) as link:
        yield Cache(link, CatalogueCopies())


def entry(revision: int) -> ProductEntry:
    return ProductEntry(revision, f'"1.{revision}"', b"{}")


async def kept(cache: Cache) -> int | None:
    """The revision of the entry that a reader would get."""
    found = (await cache.find_product(7)).entry
    return found.revision if found else None


async def store(cache: Cache, revision: int, age: float = 0) -> None:
    await cache.store_product(7, entry(revision), time.time() - age)


async def test_stored_entry_is_found(cache: Cache) -> None:
    await store(cache, 3)
    assert (await cache.find_product(7)).entry == entry(3)
    assert (await cache.find_product(8)).entry is None


async def test_newer_entry_wins_in_any_sequence(cache: Cache) -> None:
    await store(cache, 10)
    await store(cache, 9)
    assert await kept(cache) == 10


async def test_outdated_entry_is_not_stored(
    cache: Cache,
) -> None:
    await cache.invalidate_products({7: 4, 8: 2})
    await store(cache, 3)
    assert await kept(cache) is None
    await store(cache, 4)
    assert await kept(cache) == 4


async def test_stamp_removes_only_older_entry(cache: Cache) -> None:
    await store(cache, 3)
    await cache.invalidate_products({7: 3})
    assert await kept(cache) == 3
    await cache.invalidate_products({7: 4})
    assert await kept(cache) is None


async def test_older_stamp_changes_nothing(cache: Cache, redis: Redis) -> None:
    await cache.invalidate_products({7: 4})
    await cache.invalidate_products({7: 3})
    await store(cache, 3)
    assert await kept(cache) is None
    assert await redis.pttl("product:7") > 300_000


async def test_entries_expire_after_five_minutes_with_jitter(
    cache: Cache, redis: Redis
) -> None:
    for product_id in range(20):
        await cache.store_product(product_id, entry(1), time.time())
    lives = {await redis.pttl(f"product:{product_id}") for product_id in range(20)}
    assert all(260_000 < life <= 330_000 for life in lives)
    assert max(lives) - min(lives) > 5_000


async def test_entry_expires_by_time_of_its_read(cache: Cache) -> None:
    await store(cache, 3, age=400)
    assert await kept(cache) is None


def test_page_lives_less_than_five_seconds() -> None:
    assert cache_module.PAGE_SECONDS < 5


async def test_life_of_page_begins_when_its_rows_are_read(
    cache: Cache, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_module, "PAGE_SECONDS", 300)
    page = PageEntry(17, ("cursor", "abc"), b"[]")
    version = (await cache.find_page("page")).version
    assert version is not None
    await cache.store_page("page", page, version, time.monotonic() - 100)
    assert (await cache.find_page("page")).entry == page
    assert 0 < await redis.pttl("page") <= 200_000


async def test_page_expires_with_its_edition(cache: Cache) -> None:
    page = PageEntry(0, None, b"[]")
    version = (await cache.find_page("page")).version
    assert version is not None
    await cache.invalidate_pages()
    await cache.store_page("page", page, version, time.monotonic())
    assert (await cache.find_page("page")).entry is None


async def test_many_requests_share_few_connections(cache: Cache, redis: Redis) -> None:
    await store(cache, 3)
    found = await asyncio.gather(*(cache.find_product(7) for _ in range(200)))
    assert all(one.entry == entry(3) for one in found)

    async def those_of_others_are_gone() -> bool:
        clients = await redis.client_list()
        own = [one for one in clients if one["db"] == str(REDIS_DATABASE)]
        # One of them is the test's.
        return len(own) <= 1 + CONNECTIONS

    await eventually(those_of_others_are_gone)
