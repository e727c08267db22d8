"""The catalogue in Redis. A failure of Redis costs speed only."""

import json
import random
import time
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from prometheus_client import Counter

from app.clients.redis_link import CacheUnavailable, RedisLink

PRODUCT_SECONDS = 300
JITTER = 0.1
# A stamp outlives every entry that was read before it and stored later, because the
# life of an entry begins when its row is read. One minute allows for different clocks.
STAMP_SECONDS = PRODUCT_SECONDS * (1 + JITTER) + 60
PAGE_SECONDS = 3.0

EDITION = "catalogue:edition"

REQUESTS = Counter(
    "cache_requests_total",
    "Reads of Redis: hit, miss, or unavailable",
    ["cache", "outcome"],
)

STORE = """
local known = tonumber(redis.call('HGET', KEYS[1], 'revision') or '0')
if tonumber(ARGV[1]) < known then return 0 end
redis.call('HSET', KEYS[1], 'revision', ARGV[1], 'etag', ARGV[2], 'body', ARGV[3])
redis.call('PEXPIREAT', KEYS[1], ARGV[4])
return 1
"""

STAMP = """
for i, key in ipairs(KEYS) do
    local known = tonumber(redis.call('HGET', key, 'revision') or '0')
    if tonumber(ARGV[i + 1]) > known then
        redis.call('DEL', key)
        redis.call('HSET', key, 'revision', ARGV[i + 1])
        redis.call('PEXPIRE', key, ARGV[1])
    end
end
"""

T = TypeVar("T")
Strings = list[bytes | None]


@dataclass(frozen=True)
class ProductEntry:
    revision: int
    etag: str
    body: bytes


@dataclass(frozen=True)
class PageEntry:
    total: int
    following: tuple[str, str] | None
    body: bytes


@dataclass(frozen=True)
class Found(Generic[T]):
    """The result of a read of the cache.

    Attributes:
        version: of the searched entry; every invalidation changes it.
    """

    version: bytes | None = None
    entry: T | None = None


class Cache:
    """Products and pages of the catalogue, as JSON.

    A product's entry carries its revision, and an older one never replaces a newer one.
    An invalidation leaves a stamp: the new revision without a body. It keeps out an
    entry that was read before the change and is stored after it.

    A page carries the edition of the catalogue that it was read from.
    """

    def __init__(self, link: RedisLink) -> None:
        self._link = link
        self._store = link.redis.register_script(STORE)
        self._stamp = link.redis.register_script(STAMP)

    async def find_product(self, product_id: int) -> Found[ProductEntry]:
        fields = ["revision", "etag", "body"]

        def ask() -> Awaitable[Strings]:
            answer = self._link.redis.hmget(_key(product_id), fields)
            return cast(Awaitable[Strings], answer)

        try:
            revision, etag, body = await self._link.ask(ask)
        except CacheUnavailable:
            return _count("product", "unavailable", Found())
        if revision is None or etag is None or body is None:
            return _count("product", "miss", Found(revision))
        entry = ProductEntry(int(revision), etag.decode(), body)
        return _count("product", "hit", Found(revision, entry))

    async def store_product(
        self, product_id: int, entry: ProductEntry, read_at: float
    ) -> None:
        """Stores the entry, unless a newer revision is known.

        Args:
            read_at: the time before its row was read, in seconds since 1970.
        """
        life = PRODUCT_SECONDS * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311
        until = int((read_at + life) * 1000)
        args: list[int | str | bytes] = [
            entry.revision,
            entry.etag,
            entry.body,
            until,
        ]
        with suppress(CacheUnavailable):
            await self._link.ask(lambda: self._store([_key(product_id)], args))

    async def invalidate_products(self, revisions: Mapping[int, int]) -> None:
        """Returns no entry older than these revisions, by product, from now on.

        Raises:
            CacheUnavailable: older entries may still be returned.
        """
        keys = [_key(product_id) for product_id in revisions]
        args = [int(STAMP_SECONDS * 1000), *revisions.values()]
        await self._link.ask(lambda: self._stamp(keys, args))

    async def find_page(self, key: str) -> Found[PageEntry]:
        def ask() -> Awaitable[Strings]:
            return cast(Awaitable[Strings], self._link.redis.mget(EDITION, key))

        try:
            edition, page = await self._link.ask(ask)
        except CacheUnavailable:
            return _count("page", "unavailable", Found())
        version = edition or b"0"
        if page is not None:
            head, _, body = page.partition(b"\n")
            of, total, following = json.loads(head)
            if of == version.decode():
                entry = PageEntry(total, following and tuple(following), body)
                return _count("page", "hit", Found(version, entry))
        return _count("page", "miss", Found(version))

    async def store_page(
        self, key: str, entry: PageEntry, version: bytes, read_at: float
    ) -> None:
        """Stores the page for the rest of its short life.

        Args:
            version: the version that was found before the rows were read.
            read_at: the time before the rows were read, on the monotonic clock.
        """
        left = int((PAGE_SECONDS - (time.monotonic() - read_at)) * 1000)
        head = json.dumps([version.decode(), entry.total, entry.following]).encode()
        if left > 0:
            with suppress(CacheUnavailable):
                await self._link.ask(
                    lambda: self._link.redis.set(
                        key, head + b"\n" + entry.body, px=left
                    )
                )

    async def invalidate_pages(self) -> None:
        """Returns no page from before now, if Redis answers; else pages expire soon."""
        with suppress(CacheUnavailable):
            await self._link.ask(lambda: self._link.redis.incr(EDITION))


def _key(product_id: int) -> str:
    return f"product:{product_id}"


def _count(cache: str, outcome: str, found: Found[Any]) -> Found[Any]:
    REQUESTS.labels(cache, outcome).inc()
    return found
