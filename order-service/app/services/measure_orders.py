"""Reports the number and amounts of orders, and the duration of the saga."""

import time
from collections.abc import Awaitable

from prometheus_client import Counter, Histogram
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Order
from app.services.saga_end import SagaEnd
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
SAGA = Histogram(
    "order_saga_duration_seconds",
    "Time from storing a pending order to its outcome, in seconds: confirmed, promised"
    " (settles later), rejected, cancelled, withdrawn (product-service is unavailable)"
    " or failed (unexpected error)",
    ["outcome"],
)


def count_order(session: AsyncSession, order: Order) -> None:
    """Counts the order in its new status, after the commit."""
    status = "refused" if order.failure is not None else str(order.status)
    amount = float(order.total_amount or 0)

    def count() -> None:
        ORDERS.labels(status).inc()
        AMOUNT.labels(status).inc(amount)

    after_commit(session, count)


async def measure_saga(saga: Awaitable[SagaEnd]) -> SagaEnd:
    """Awaits the saga, and reports its duration with its outcome."""
    started = time.perf_counter()
    outcome = "failed"
    try:
        end = await saga
        outcome = type(end).__name__.lower()
    finally:
        SAGA.labels(outcome).observe(time.perf_counter() - started)
    return end
