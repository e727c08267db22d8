"""Invalidates the cache after each commit, so that a seller sees the change at once."""

from contextlib import suppress
from functools import partial

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from app.clients.cache import Cache
from app.clients.redis_link import CacheUnavailable
from app.models import CacheInvalidation, LedgerEntry, Product, Stock
from app.models.ledger_entry import LedgerKind
from chassis import after_commit


class InvalidateAfterCommit:
    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def schedule(self, session: Session) -> None:
        """Schedules the invalidation of what a flush has changed."""
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
        # The queue remains for an outage of Redis.
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
