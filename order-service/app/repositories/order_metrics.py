"""The metrics of orders and their amounts."""

from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Order, OrderStatus
from chassis import after_commit

ORDERS = Counter(
    "orders_total",
    "Orders that have reached a status; refused are those that were not placed",
    ["status"],
)
AMOUNT = Counter(
    "orders_amount_total",
    "Sum of the total amounts of the orders that have reached a status, in the shop's"
    " currency; confirmed minus cancelled is the revenue",
    ["status"],
)
REFUSED = "refused"
for _status in (*OrderStatus, REFUSED):
    # A counter that begins at its first order hides that one from Prometheus.
    ORDERS.labels(_status)
    AMOUNT.labels(_status)


class OrderMetrics:
    """Counts the orders of one transaction, after its commit."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def count(self, order: Order) -> None:
        """Counts the order in its new status."""
        status = REFUSED if order.failure is not None else str(order.status)
        amount = float(order.total_amount or 0)

        def count() -> None:
            ORDERS.labels(status).inc()
            AMOUNT.labels(status).inc(amount)

        after_commit(self._session, count)
