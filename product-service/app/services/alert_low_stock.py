"""Publishes an alert when the stock of a product is low, or sold out."""

from app.events.messages import publish_low_stock
from app.models.product import Product
from app.models.stock import Stock
from app.repositories.low_stock_alerts import LowStockAlerts
from app.repositories.products import Products
from chassis import Events


class AlertLowStock:
    """Publishes alerts in the transaction that changes the stock.

    It publishes one alert an hour for each product and shortage. An earlier alert
    waits; `PublishWaitingAlerts` publishes it later if the shortage still exists.
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
            publish_low_stock(self._events, product, stock)
