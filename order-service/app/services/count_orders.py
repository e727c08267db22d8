"""What the shop sells, in numbers."""

from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Order
from chassis import after_commit

ORDERS = Counter(
    "orders_total",
    "Orders that have come to a status; refused is one that was never placed",
    ["status"],
)
AMOUNT = Counter(
    "orders_amount_total",
    "Sum of the total amounts of the orders that have come to a status, in the shop's"
    " currency; what was confirmed less what was cancelled is the revenue",
    ["status"],
)


def count_order(session: AsyncSession, order: Order) -> None:
    """Counts the order for the status that it has just come to, once that is stored."""
    status = "refused" if order.refusal is not None else str(order.status)
    amount = float(order.total_amount or 0)

    def count() -> None:
        ORDERS.labels(status).inc()
        AMOUNT.labels(status).inc(amount)

    after_commit(session, count)
