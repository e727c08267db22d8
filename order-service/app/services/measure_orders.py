"""What the shop sells, and how long placing an order takes, in numbers."""

import time
from collections.abc import Awaitable

from prometheus_client import Counter, Histogram
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Order
from app.services.saga_end import SagaEnd
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
SAGA = Histogram(
    "order_saga_duration_seconds",
    "Time from an order's record to its outcome, in seconds: confirmed; promised, to"
    " settle later; rejected for what it asks for; cancelled meanwhile; withdrawn,"
    " because product-service failed; or failed by a mistake of ours",
    ["outcome"],
)


def count_order(session: AsyncSession, order: Order) -> None:
    """Counts the order in its new status, once that is committed."""
    status = "refused" if order.refusal is not None else str(order.status)
    amount = float(order.total_amount or 0)

    def count() -> None:
        ORDERS.labels(status).inc()
        AMOUNT.labels(status).inc(amount)

    after_commit(session, count)


async def measured(saga: Awaitable[SagaEnd]) -> SagaEnd:
    """Runs the saga; observes its duration by its end."""
    started = time.perf_counter()
    outcome = "failed"
    try:
        end = await saga
        outcome = type(end).__name__.lower()
    finally:
        SAGA.labels(outcome).observe(time.perf_counter() - started)
    return end
