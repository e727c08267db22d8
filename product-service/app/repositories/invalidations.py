"""The queries on what caches must still be told."""

from functools import partial

from sqlalchemy import delete, event, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from app.models.cache_invalidation import CacheInvalidation
from chassis import after_commit

BATCH = 1000


def note_revisions(session: AsyncSession, revisions: dict[int, int]) -> None:
    """Fills in, at the commit, the newest revision of each product that has changed."""

    def note(product_id: int, revision: int) -> None:
        revisions[product_id] = max(revisions.get(product_id, 0), revision)

    def await_commit(flushed: Session, _: object) -> None:
        for new in flushed.new:
            if isinstance(new, CacheInvalidation):
                after_commit(session, partial(note, new.product_id, new.revision))

    event.listen(session.sync_session, "after_flush", await_commit)


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
