"""Owners are told of what runs low."""

from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncSession

from app.events.messages import InventoryLow
from app.models.product import Product
from app.models.stock import Stock
from chassis import Outbox, after_commit

LOW = Counter(
    "inventory_low_total",
    "Times that what is available of a product has fallen to its threshold",
)


class Shortages:
    def __init__(self, session: AsyncSession, outbox: Outbox) -> None:
        self._session = session
        self._outbox = outbox

    def tell(self, product: Product, stock: Stock) -> None:
        """Tells it in the same transaction, if it came to that just now."""
        if stock.ran_low:
            self._outbox.add(self._session, InventoryLow.of(product, stock))
            after_commit(self._session, LOW.inc)
