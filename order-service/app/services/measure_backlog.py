"""The number of unsettled orders, and the age of the oldest."""

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


async def measure_backlog(database: Database) -> int:
    """Measures once, as the step of a worker.

    All replicas measure the same orders, so the largest of their numbers counts.
    """
    async with database.transaction() as session:
        orders = Orders(session)
        backlogs = {
            "confirmation": await orders.backlog_of_confirming(),
            "stock": await orders.backlog_of_stock(),
        }
    for waiting_for, backlog in backlogs.items():
        UNSETTLED.labels(waiting_for).set(backlog.orders)
        OLDEST.labels(waiting_for).set(backlog.oldest_seconds)
    return 0
