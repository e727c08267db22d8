"""Publishes the alerts that had to wait for an hour to pass."""

from app.events.messages import publish_low_stock
from app.repositories.low_stock_alerts import LowStockAlerts
from app.repositories.products import Products
from chassis import Database, Outbox

BATCH = 50


class PublishWaitingAlerts:
    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox

    async def publish_batch(self) -> int:
        """Publishes alerts if their shortage remains; returns the number of all."""
        async with self._database.transaction() as session:
            alerts, products = LowStockAlerts(session), Products(session)
            product_ids = await alerts.list_due_products(BATCH)
            if not product_ids:
                return 0
            # The stock is locked before its alerts, as in all changes of stock.
            offered = await products.lock_with_stock(product_ids)
            due = await alerts.list_due(product_ids)
            events = self._outbox.within(session)
            for alert in due:
                product = offered.get(alert.product_id)
                if product is None or product.stock.shortage != alert.shortage:
                    alert.drop()
                    continue
                alert.record_publication()
                publish_low_stock(events, product, product.stock)
            return len(due)
