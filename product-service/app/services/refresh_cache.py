"""The cache learns what has changed: at once where it can, and for certain."""

from app.clients.cache import Cache
from app.repositories.invalidations import Invalidations
from chassis import Database


class RefreshCache:
    def __init__(self, database: Database, cache: Cache) -> None:
        self._database = database
        self._cache = cache

    async def refresh_batch(self) -> int:
        """Tells Redis of some changes; returns of how many products.

        Where Redis does not answer they stay in the queue. Where we die after Redis has
        learnt of them, it learns of them twice, and no harm is done.
        """
        async with self._database.transaction() as session:
            revisions = await Invalidations(session).take()
            if revisions:
                await self._cache.stamp(revisions)
        return len(revisions)
