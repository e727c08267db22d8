"""Reports the number of unsettled orders and the age of the oldest."""

from prometheus_client import Gauge

from app.repositories.unsettled_orders import UnsettledOrders
from chassis import Database

UNSETTLED = Gauge(
    "orders_unsettled",
    "Pending orders (waiting_for=confirmation), and orders whose stock is not yet"
    " released or committed (waiting_for=stock)",
    ["waiting_for"],
)
OLDEST = Gauge(
    "orders_oldest_unsettled_age_seconds",
    "Age of the oldest unsettled order in seconds; 0 if there is none",
    ["waiting_for"],
)


class MeasureBacklog:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def measure(self) -> int:
        """Measures once; returns 0, so that the worker waits before the next time.

        All replicas measure the same orders, so queries must take their maximum.
        """
        async with self._database.transaction() as session:
            orders = UnsettledOrders(session)
            backlogs = {
                "confirmation": await orders.backlog_of_pending(),
                "stock": await orders.backlog_of_stock(),
            }
        for waiting_for, backlog in backlogs.items():
            UNSETTLED.labels(waiting_for).set(backlog.orders)
            OLDEST.labels(waiting_for).set(backlog.oldest_seconds)
        return 0
