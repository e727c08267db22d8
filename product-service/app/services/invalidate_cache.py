"""Invalidates the cache of changed products, from a queue.

A change is stored together with a `CacheInvalidation`. `InvalidateAfterCommit`
invalidates the cache right after the commit; the queue covers a crash in between and an
outage of Redis.
"""

from app.clients.cache import Cache
from app.repositories.invalidations import Invalidations
from chassis import Database


class InvalidateCache:
    def __init__(self, database: Database, cache: Cache) -> None:
        self._database = database
        self._cache = cache

    async def invalidate_batch(self) -> int:
        """Processes a part of the queue; returns the number of invalidated products.

        If Redis does not respond, the rows stay in the queue. After a crash in between,
        products are invalidated twice, which does no harm.
        """
        async with self._database.transaction() as session:
            revisions = await Invalidations(session).take()
            if revisions:
                await self._cache.invalidate_products(revisions)
        return len(revisions)
