"""Recovery of abandoned pending orders: places promised ones, withdraws the others."""

import asyncio

import structlog

from app.models import Order
from app.repositories.orders import Orders
from app.repositories.unsettled_orders import UnsettledOrders
from app.saga.ends import (
    Cancelled,
    Confirmed,
    Promised,
    Rejected,
    Withdrawn,
    end_of,
)
from app.saga.outcomes import Outcomes
from app.services.place_order import PlaceOrder
from chassis import (
    Database,
    DatabaseUnavailable,
    Deadline,
    DomainError,
    restored_trace_context,
)

log = structlog.get_logger(__name__)

# The number of concurrent calls of product-service; see `settle_stock` for the limit.
BATCH = 5
ATTEMPT_SECONDS = 4.0
# After an outage of the database, no order is withdrawn for this long, so that requests
# which have promised an order during the outage can store the promise first.
GRACE_SECONDS = 5.0


class SettleOrders:
    def __init__(
        self,
        database: Database,
        saga: PlaceOrder,
        outcomes: Outcomes,
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        self._database = database
        self._saga = saga
        self._outcomes = outcomes
        self._grace_seconds = grace_seconds
        self._grace_period: Deadline | None = None

    async def settle_batch(self) -> int:
        """Tries to settle the orders abandoned longest; returns how many it claimed."""
        # None at the start and after an outage: the grace period begins now.
        if self._grace_period is None:
            self._grace_period = Deadline.after(self._grace_seconds)
        try:
            return await self._settle_batch(
                only_promised=not self._grace_period.is_over
            )
        except DatabaseUnavailable:
            self._grace_period = None
            raise

    async def _settle_batch(self, only_promised: bool) -> int:
        async with self._database.transaction() as session:
            orders = UnsettledOrders(session)
            abandoned = await orders.oldest_abandoned(BATCH, only_promised)
        claimed = await asyncio.gather(*(self._settle(i) for i in abandoned))
        return sum(claimed)

    async def _settle(self, order_id: int) -> bool:
        """Returns whether it has claimed the order."""
        async with self._database.transaction() as session:
            if not await UnsettledOrders(session).claim(order_id):
                return False
            order = await Orders(session).get(order_id)
        with restored_trace_context(order.trace_context):
            await self._place_or_withdraw(order)
        return True

    async def _place_or_withdraw(self, order: Order) -> None:
        try:
            if order.promised:
                end = await self._saga.place(order, Deadline.after(ATTEMPT_SECONDS))
            else:
                end = end_of(await self._outcomes.withdraw(order))
        except DomainError as error:
            log.warning("order_settlement_failed", order_id=order.id, reason=error.code)
            return
        match end:
            case Promised():
                log.info("order_still_pending", order_id=order.id)
            case Confirmed() | Rejected() | Cancelled() | Withdrawn():
                outcome = type(end).__name__.lower()
                log.info("order_settled", order_id=order.id, outcome=outcome)
