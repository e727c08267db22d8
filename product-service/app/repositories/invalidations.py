"""The queries on what caches must still be told."""

from sqlalchemy import delete, event, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from app.models.cache_invalidation import CacheInvalidation

BATCH = 1000


def note_revisions(session: AsyncSession, revisions: dict[int, int]) -> None:
    """Fills in the newest revision of each product that `session` changes."""

    def note(flushed: Session, _: object) -> None:
        for new in flushed.new:
            if isinstance(new, CacheInvalidation):
                known = revisions.get(new.product_id, 0)
                revisions[new.product_id] = max(known, new.revision)

    event.listen(session.sync_session, "after_flush", note)


class Invalidations:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def take(self) -> dict[int, int]:
        """Takes some out of the queue: the newest revision of each product."""
        key = (CacheInvalidation.product_id, CacheInvalidation.revision)
        some = select(*key).limit(BATCH).with_for_update(skip_locked=True)
        taken = delete(CacheInvalidation).where(tuple_(*key).in_(some)).returning(*key)
        rows = await self._session.execute(taken)
        return dict(sorted((product_id, revision) for product_id, revision in rows))
