"""How many orders are still to settle, and for how long they have been."""

from prometheus_client import Gauge

from app.repositories.orders import Orders
from chassis import Database

UNSETTLED = Gauge(
    "orders_unsettled",
    "Orders that wait for their confirmation, or whose stock waits to be released or"
    " committed",
    ["waiting_for"],
)
OLDEST = Gauge(
    "orders_oldest_unsettled_age_seconds",
    "For how long the order that waits longest has waited; 0 where none does",
    ["waiting_for"],
)


class MeasureBacklog:
    """The step of a worker. All replicas look at the same orders: of their numbers, the
    largest counts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def measure(self) -> int:
        """Looks once; there is never more to do at once."""
        async with self._database.transaction() as session:
            orders = Orders(session)
            backlogs = {
                "confirmation": await orders.backlog_of_confirming(),
                "stock": await orders.backlog_of_stock(),
            }
        for waiting_for, backlog in backlogs.items():
            UNSETTLED.labels(waiting_for).set(backlog.orders)
            OLDEST.labels(waiting_for).set(backlog.oldest_seconds)
        return 0
