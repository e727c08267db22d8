"""How placing orders ends, and how long it takes."""

import time
from collections.abc import Awaitable

from prometheus_client import Histogram

from app.models import Order, OrderStatus
from app.models.errors import NOT_RESERVABLE
from app.services.place_order import OrderCancelledMeanwhile
from chassis import Invalid, Unavailable

SAGA = Histogram(
    "order_saga_duration_seconds",
    "Time from an order's record to its outcome, in seconds: confirmed; promised, to"
    " settle later; refused for what it asks for; cancelled meanwhile; unavailable, as"
    " another service was; or broken by a mistake of ours",
    ["outcome"],
)


async def measured(saga: Awaitable[Order]) -> Order:
    started = time.perf_counter()
    outcome = "broken"
    try:
        order = await saga
        is_pending = order.status == OrderStatus.PENDING
        outcome = "promised" if is_pending else "confirmed"
    except (*NOT_RESERVABLE, Invalid):
        outcome = "refused"
        raise
    except OrderCancelledMeanwhile:
        outcome = "cancelled"
        raise
    except Unavailable:
        outcome = "unavailable"
        raise
    finally:
        SAGA.labels(outcome).observe(time.perf_counter() - started)
    return order
