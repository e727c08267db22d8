"""The queries on cache invalidations that are not done yet."""

from sqlalchemy import delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.cache_invalidation import CacheInvalidation

BATCH = 1000


class Invalidations:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def take(self) -> dict[int, int]:
        """Deletes and returns up to 1000, as the newest revision of each product."""
        key = (CacheInvalidation.product_id, CacheInvalidation.revision)
        some = select(*key).limit(BATCH).with_for_update(skip_locked=True)
        taken = delete(CacheInvalidation).where(tuple_(*key).in_(some)).returning(*key)
        rows = await self._session.execute(taken)
        return dict(sorted((product_id, revision) for product_id, revision in rows))
