"""A customer reads a product: from the cache, or else from the database."""

import time

from app.clients.cache import Cache, ProductEntry
from app.clients.single_flight import SingleFlight
from app.models.edition import Edition
from app.repositories.catalogue import get_offered
from app.schemas.etag import etag_of
from app.schemas.product import ProductRead
from chassis import Database


class ReadProduct:
    def __init__(self, database: Database, cache: Cache) -> None:
        self._database = database
        self._cache = cache
        self._loads: SingleFlight[ProductEntry] = SingleFlight()

    async def read(self, product_id: int) -> ProductEntry:
        found = await self._cache.find_product(product_id)
        if found.entry is not None:
            return found.entry
        return await self._loads.run(
            (product_id, found.generation), lambda: self._load(product_id)
        )

    async def _load(self, product_id: int) -> ProductEntry:
        read_at = time.time()
        async with self._database.reading() as connection:
            row = await get_offered(connection, product_id)
        body = ProductRead.model_validate(row).model_dump_json().encode()
        etag = etag_of(Edition(row["version"], row["revision"]))
        entry = ProductEntry(row["revision"], etag, body)
        await self._cache.store_product(product_id, entry, read_at)
        return entry
