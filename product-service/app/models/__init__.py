"""Imports all tables, so that the metadata is complete."""

from app.models.cache_invalidation import CacheInvalidation
from app.models.idempotency_key import IdempotencyKey
from app.models.ledger_entry import LedgerEntry, LedgerKind
from app.models.low_stock_alert import LowStockAlert, Shortage
from app.models.messages import ProductMessage
from app.models.product import Product
from app.models.reservation import Reservation, ReservationItem
from app.models.search_word import SearchWord
from app.models.stock import Stock

__all__ = [
    "CacheInvalidation",
    "IdempotencyKey",
    "LedgerEntry",
    "LedgerKind",
    "LowStockAlert",
    "Product",
    "ProductMessage",
    "Reservation",
    "ReservationItem",
    "SearchWord",
    "Shortage",
    "Stock",
]
