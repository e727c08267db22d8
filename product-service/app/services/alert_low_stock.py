"""Owners are notified when a product runs low, and when it is sold out."""

from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncSession

from app.events.messages import InventoryLow
from app.models.product import Product
from app.models.stock import Stock
from app.repositories.low_stock_alerts import LowStockAlerts
from chassis import Outbox, after_commit

LOW = Counter(
    "inventory_low_total",
    "Alerts published: what is available of a product has fallen to its threshold or 0",
)


class AlertLowStock:
    """Publishes in the transaction that changes the stock.

    At most once an hour for each product and shortage: an alert that comes earlier
    waits, and `PublishWaitingAlerts` publishes it if it still holds then.
    """

    def __init__(self, session: AsyncSession, outbox: Outbox) -> None:
        self._session = session
        self._outbox = outbox

    async def alert(self, product: Product, stock: Stock) -> None:
        """Publishes the shortage, if any, that the stock has fallen into."""
        if stock.fell_into is None:
            return
        # Read again under the lock of the stock, without which nothing is withdrawn.
        await self._session.refresh(product, ["withdrawn_at"])
        if product.withdrawn_at is not None:
            return
        alerts = LowStockAlerts(self._session)
        if await alerts.may_publish(product.id, stock.fell_into):
            self.publish(product, stock)

    def publish(self, product: Product, stock: Stock) -> None:
        self._outbox.add(self._session, InventoryLow.of(product, stock))
        after_commit(self._session, LOW.inc)
