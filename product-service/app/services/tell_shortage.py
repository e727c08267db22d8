"""Owners are told of what runs low."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.events.messages import InventoryLow
from app.models.product import Product
from app.models.stock import Stock
from chassis import Outbox


class Shortages:
    def __init__(self, session: AsyncSession, outbox: Outbox) -> None:
        self._session = session
        self._outbox = outbox

    def tell(self, product: Product, stock: Stock) -> None:
        """Tells it in the same transaction, if it came to that just now."""
        if stock.ran_low:
            self._outbox.add(self._session, InventoryLow.of(product, stock))
