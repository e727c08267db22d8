"""Customers look at the catalogue: from the cache, or else from the database."""

import time
from collections.abc import Awaitable, Callable
from hashlib import sha256

from pydantic import TypeAdapter

from app.clients.cache import Cache, PageEntry, ProductEntry
from app.models.product import Edition, Product
from app.repositories.catalogue import Catalogue, get_offered
from app.repositories.match_counts import MatchCounts
from app.schemas.catalogue import CatalogueFilter, CatalogueOrder
from app.schemas.etag import etag_of
from app.schemas.product import ProductRead
from app.services.single_flight import SingleFlight
from chassis import Database, Page, PageRequest

PRODUCTS = TypeAdapter(list[ProductRead])


class Browse:
    def __init__(self, database: Database, cache: Cache) -> None:
        self._database = database
        self._cache = cache
        self._counts = MatchCounts()
        self._products: SingleFlight[ProductEntry] = SingleFlight()
        self._pages: SingleFlight[PageEntry] = SingleFlight()

    async def product(self, product_id: int) -> ProductEntry:
        found = await self._cache.find_product(product_id)
        if found.entry is not None:
            return found.entry
        # With the version: a request after a change must not share a load from before.
        return await self._products.run(
            (product_id, found.version), lambda: self._load_product(product_id)
        )

    async def _load_product(self, product_id: int) -> ProductEntry:
        read_at = time.time()
        async with self._database.reading() as connection:
            row = await get_offered(connection, product_id)
        body = ProductRead.model_validate(row).model_dump_json().encode()
        etag = etag_of(Edition(row["version"], row["revision"]))
        entry = ProductEntry(row["revision"], etag, body)
        await self._cache.store_product(product_id, entry, read_at)
        return entry

    async def page(
        self, wanted: CatalogueFilter, order: CatalogueOrder, page: PageRequest
    ) -> PageEntry:
        async def load(catalogue: Catalogue) -> Page[Product]:
            return await catalogue.list_page(wanted, order, page)

        return await self._page(repr((wanted, order, page)), load)

    async def search(
        self, q: str, wanted: CatalogueFilter, page: PageRequest
    ) -> PageEntry:
        async def load(catalogue: Catalogue) -> Page[Product]:
            return await catalogue.list_found(q, wanted, page)

        return await self._page(repr(("search", q, wanted, page)), load)

    async def _page(
        self, question: str, load: Callable[[Catalogue], Awaitable[Page[Product]]]
    ) -> PageEntry:
        key = f"catalogue:page:{sha256(question.encode()).hexdigest()}"
        found = await self._cache.find_page(key)
        if found.entry is not None:
            return found.entry
        return await self._pages.run(
            (key, found.version), lambda: self._load_page(key, found.version, load)
        )

    async def _load_page(
        self,
        key: str,
        version: bytes | None,
        load: Callable[[Catalogue], Awaitable[Page[Product]]],
    ) -> PageEntry:
        read_at = time.monotonic()
        async with self._database.transaction() as session:
            page = await load(Catalogue(session, self._counts))
        shown = [ProductRead.model_validate(product) for product in page.items]
        entry = PageEntry(page.total, page.following, PRODUCTS.dump_json(shown))
        if version is not None:
            await self._cache.store_page(key, entry, version, read_at)
        return entry
