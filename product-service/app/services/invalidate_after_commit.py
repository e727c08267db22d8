"""Invalidates the cache after each commit, so that a seller sees the change at once."""

from collections.abc import Iterable
from contextlib import suppress
from functools import partial

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from app.clients.cache import Cache
from app.models import CacheInvalidation, LedgerEntry, Product, Stock
from app.models.catalogue_change import CatalogueChange
from app.models.ledger_entry import LedgerKind
from chassis import after_commit
from chassis.redis_client import RedisUnavailable

PAGES = CatalogueChange(is_in_pages=True)
NOTHING = CatalogueChange()


class InvalidateAfterCommit:
    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def schedule(self, session: Session, rows: Iterable[object]) -> None:
        """Schedules the invalidation of what a flush or a statement has changed."""
        changes = [*map(_change_of, rows)]
        revisions: dict[int, int] = {}
        for change in changes:
            for product_id, revision in change.revisions.items():
                known = revisions.get(product_id, 0)
                revisions[product_id] = max(known, revision)
        if revisions:
            after_commit(session, partial(self._invalidate_products, revisions))
        if any(change.is_in_pages for change in changes):
            after_commit(session, self._cache.invalidate_pages)

    async def _invalidate_products(self, revisions: dict[int, int]) -> None:
        # The queue remains for an outage of Redis.
        with suppress(RedisUnavailable):
            await self._cache.invalidate_products(revisions)


def _change_of(row: object) -> CatalogueChange:
    match row:
        case CatalogueChange():
            return row
        case CacheInvalidation():
            return CatalogueChange({row.product_id: row.revision})
        case Product():
            return PAGES
        case LedgerEntry() if row.kind != LedgerKind.SALE:
            return PAGES
        case Stock() if inspect(row).attrs.low_stock_threshold.history.has_changes():
            return PAGES
    return NOTHING
