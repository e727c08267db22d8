"""The catalogue in Redis. A failure of Redis costs speed only."""

import json
import random
import time
from collections.abc import Awaitable, Hashable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from app.clients.cache_scripts import CHANNEL, NEW_EDITION, STAMP, STORE
from app.clients.copies import EDITION, REQUESTS, CatalogueCopies
from app.clients.shared_invalidation import SharedInvalidation
from chassis.redis_client import RedisLink, RedisUnavailable

PRODUCT_SECONDS = 300
JITTER = 0.1
# A stamp outlives every entry that was read before it and stored later, because the
# life of an entry begins when its row is read. One minute allows for different clocks.
STAMP_SECONDS = PRODUCT_SECONDS * (1 + JITTER) + 60
PAGE_SECONDS = 3.0

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
    """The result of a read of Redis.

    Attributes:
        version: of the searched entry; None if Redis is unavailable.
        ticket: of the copies, from before the read.
    """

    ticket: int
    version: bytes | None = None
    entry: T | None = None

    @property
    def generation(self) -> Hashable:
        """Changes with every invalidation.

        Concurrent requests share a load only if it is the same: a request after a
        change must not get what was loaded before it.
        """
        return self.ticket, self.version


class Cache:
    """Products and pages of the catalogue, as JSON.

    A product's entry carries its revision, and an older one never replaces a newer one.
    An invalidation leaves a stamp: the new revision without a body. It keeps out an
    entry that was read before the change and is stored after it.

    A page carries the edition of the catalogue that it was read from.

    An invalidation also drops the copies of responses: those of this process before it
    returns, and those of other processes by a message.
    """

    def __init__(self, link: RedisLink, copies: CatalogueCopies) -> None:
        self._link = link
        self._copies = copies
        self._store = link.redis.register_script(STORE)
        self._stamp = link.redis.register_script(STAMP)
        self._new_edition = link.redis.register_script(NEW_EDITION)
        self._product_invalidation = SharedInvalidation(self._send_products)
        self._page_invalidation = SharedInvalidation(self._send_pages)

    async def find_product(self, product_id: int) -> Found[ProductEntry]:
        fields = ["revision", "etag", "body"]

        def ask() -> Awaitable[Strings]:
            response = self._link.redis.hmget(_key(product_id), fields)
            return cast(Awaitable[Strings], response)

        ticket = self._copies.products.ticket
        try:
            revision, etag, body = await self._link.ask(ask)
        except RedisUnavailable:
            return _count("product", "unavailable", Found(ticket))
        if revision is None or etag is None or body is None:
            return _count("product", "miss", Found(ticket, revision))
        entry = ProductEntry(int(revision), etag.decode(), body)
        return _count("product", "hit", Found(ticket, revision, entry))

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
        with suppress(RedisUnavailable):
            await self._link.ask(lambda: self._store([_key(product_id)], args))

    async def invalidate_products(self, revisions: Mapping[int, int]) -> None:
        """Returns no entry older than these revisions, by product, from now on.

        Raises:
            RedisUnavailable: older entries may still be returned.
        """
        await self._product_invalidation.run(revisions)

    async def _send_products(self, revisions: Mapping[int, int]) -> None:
        keys = [_key(product_id) for product_id in revisions]
        life = int(STAMP_SECONDS * 1000)
        args: list[int | str] = [life, *revisions.values(), CHANNEL]
        try:
            await self._link.ask(lambda: self._stamp(keys, args))
        finally:
            # After the stamp, because until then a request could keep an older entry.
            for key in keys:
                self._copies.products.drop(key)

    async def find_page(self, key: str) -> Found[PageEntry]:
        def ask() -> Awaitable[Strings]:
            return cast(Awaitable[Strings], self._link.redis.mget(EDITION, key))

        ticket = self._copies.pages.ticket
        try:
            edition, page = await self._link.ask(ask)
        except RedisUnavailable:
            return _count("page", "unavailable", Found(ticket))
        version = edition or b"0"
        if page is not None:
            head, _, body = page.partition(b"\n")
            of, total, following = json.loads(head)
            if of == version.decode():
                entry = PageEntry(total, following and tuple(following), body)
                return _count("page", "hit", Found(ticket, version, entry))
        return _count("page", "miss", Found(ticket, version))

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
            with suppress(RedisUnavailable):
                await self._link.ask(
                    lambda: self._link.redis.set(
                        key, head + b"\n" + entry.body, px=left
                    )
                )

    async def invalidate_pages(self) -> None:
        """Returns no page from before now if Redis responds; else they expire soon."""
        await self._page_invalidation.run()

    async def _send_pages(self, _: Mapping[int, int]) -> None:
        try:
            await self._link.ask(lambda: self._new_edition([EDITION], [CHANNEL]))
        except RedisUnavailable:
            return
        finally:
            self._copies.pages.drop_all()


def _key(product_id: int) -> bytes:
    return b"product:%d" % product_id


def _count(cache: str, outcome: str, found: Found[Any]) -> Found[Any]:
    REQUESTS.labels(cache, outcome).inc()
    return found
