"""Measures how long placing an order takes."""

import time

from prometheus_client import Histogram

from app.models import Order
from app.saga.ends import SagaEnd
from app.services.place_order import PlaceOrder
from chassis import Deadline

SAGA = Histogram(
    "order_saga_duration_seconds",
    "Time from storing a pending order to its outcome, in seconds: confirmed, promised"
    " (settles later), rejected, cancelled, withdrawn (product-service is unavailable)"
    " or failed (unexpected error)",
    ["outcome"],
)


class MeasureSaga:
    def __init__(self, saga: PlaceOrder) -> None:
        self._saga = saga

    async def place(self, order: Order, deadline: Deadline) -> SagaEnd:
        """Places the order, and reports the duration with the outcome."""
        started = time.perf_counter()
        outcome = "failed"
        try:
            end = await self._saga.place(order, deadline)
            outcome = type(end).__name__.lower()
        finally:
            SAGA.labels(outcome).observe(time.perf_counter() - started)
        return end
