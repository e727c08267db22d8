"""How the saga ends, and how long it takes."""

import time
from collections.abc import Awaitable

from prometheus_client import Histogram

from app.services.saga_end import SagaEnd

SAGA = Histogram(
    "order_saga_duration_seconds",
    "Time from an order's record to its outcome, in seconds: confirmed; promised, to"
    " settle later; rejected for what it asks for; cancelled meanwhile; withdrawn,"
    " because product-service failed; or failed by a mistake of ours",
    ["outcome"],
)


async def measured(saga: Awaitable[SagaEnd]) -> SagaEnd:
    started = time.perf_counter()
    outcome = "failed"
    try:
        end = await saga
        outcome = type(end).__name__.lower()
    finally:
        SAGA.labels(outcome).observe(time.perf_counter() - started)
    return end
