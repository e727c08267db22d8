"""Loads a page of the catalogue from the cache, or else from the database."""

import time
from collections.abc import Awaitable, Callable
from hashlib import sha256

from pydantic import TypeAdapter

from app.clients.cache import Cache, PageEntry
from app.clients.single_flight import SingleFlight
from app.models.product import Product
from app.repositories.catalogue import Catalogue
from app.repositories.match_counts import MatchCounts
from app.schemas.product import ProductRead
from chassis import Database, Page

PRODUCTS = TypeAdapter(list[ProductRead])

Query = Callable[[Catalogue], Awaitable[Page[Product]]]


class LoadPage:
    def __init__(self, database: Database, cache: Cache) -> None:
        self._database = database
        self._cache = cache
        self._counts = MatchCounts()
        self._loads: SingleFlight[PageEntry] = SingleFlight()

    async def load(self, request: object, query: Query) -> PageEntry:
        """
        Args:
            request: requests with the same `repr` get the same page.
            query: reads the page from the database.
        """
        key = f"catalogue:page:{sha256(repr(request).encode()).hexdigest()}"
        found = await self._cache.find_page(key)
        if found.entry is not None:
            return found.entry
        return await self._loads.run(
            (key, found.generation), lambda: self._query(key, found.version, query)
        )

    async def _query(self, key: str, version: bytes | None, query: Query) -> PageEntry:
        read_at = time.monotonic()
        async with self._database.transaction() as session:
            page = await query(Catalogue(session, self._counts))
        shown = [ProductRead.model_validate(product) for product in page.items]
        entry = PageEntry(page.total, page.following, PRODUCTS.dump_json(shown))
        if version is not None:
            await self._cache.store_page(key, entry, version, read_at)
        return entry
