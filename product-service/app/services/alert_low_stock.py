"""Owners are notified when a product runs low, and when it is sold out."""

from prometheus_client import Counter

from app.events.messages import InventoryLow
from app.models.product import Product
from app.models.stock import Stock
from app.repositories.low_stock_alerts import LowStockAlerts
from app.repositories.products import Products
from chassis import Events

LOW = Counter(
    "inventory_low_total",
    "Alerts published: what is available of a product has fallen to its threshold or 0",
)


class AlertLowStock:
    """Publishes in the transaction that changes the stock.

    At most once an hour for each product and shortage: an alert that comes earlier
    waits, and `PublishWaitingAlerts` publishes it if it still holds then.
    """

    def __init__(
        self, products: Products, alerts: LowStockAlerts, events: Events
    ) -> None:
        self._products = products
        self._alerts = alerts
        self._events = events

    async def alert(self, product: Product, stock: Stock) -> None:
        """Publishes the shortage, if any, that the stock has fallen into."""
        if stock.fell_into is None or not await self._products.is_offered(product):
            return
        if await self._alerts.may_publish(product.id, stock.fell_into):
            self.publish(product, stock)

    def publish(self, product: Product, stock: Stock) -> None:
        self._events.add(InventoryLow.of(product, stock), stored=LOW.inc)
