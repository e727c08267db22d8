"""Invalidates the cache: after each commit, and again from a queue.

A change is stored together with a `CacheInvalidation`. When it is committed, Redis is
invalidated before the response, so that a seller sees the change. The queue covers a
crash in between and an outage of Redis.
"""

from contextlib import suppress
from functools import partial

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from app.clients.cache import Cache
from app.clients.redis_link import CacheUnavailable
from app.models import CacheInvalidation, LedgerEntry, Product, Stock
from app.models.ledger_entry import LedgerKind
from app.repositories.invalidations import Invalidations
from chassis import Database, after_commit


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

    def after_commit_of(self, session: Session) -> None:
        """Invalidates the cache for a flush after its transaction is committed."""
        revisions: dict[int, int] = {}
        for row in session.new:
            if isinstance(row, CacheInvalidation):
                known = revisions.get(row.product_id, 0)
                revisions[row.product_id] = max(known, row.revision)
        if revisions:
            after_commit(session, partial(self._invalidate_products, revisions))
        if _changes_pages(session):
            after_commit(session, self._cache.invalidate_pages)

    async def _invalidate_products(self, revisions: dict[int, int]) -> None:
        with suppress(CacheUnavailable):
            await self._cache.invalidate_products(revisions)


def _changes_pages(session: Session) -> bool:
    """Returns whether a seller made a change; pages may lag behind sales."""
    return any(
        isinstance(row, Product)
        or (isinstance(row, LedgerEntry) and row.kind != LedgerKind.SALE)
        or (isinstance(row, Stock) and _has_new_threshold(row))
        for row in (*session.new, *session.dirty)
    )


def _has_new_threshold(stock: Stock) -> bool:
    return inspect(stock).attrs.low_stock_threshold.history.has_changes()
