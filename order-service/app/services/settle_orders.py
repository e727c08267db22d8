"""Recovery: places pending orders that were promised, and withdraws the others."""

import asyncio
from datetime import timedelta

import structlog

from app.models import Order
from app.repositories.orders import Orders
from app.services.place_order import PlaceOrder
from app.services.record_outcome import RecordOutcome
from app.services.saga_end import (
    Cancelled,
    Confirmed,
    Promised,
    Rejected,
    Withdrawn,
    end_of,
)
from chassis import (
    Database,
    DatabaseUnavailable,
    Deadline,
    DomainError,
    restored_trace_context,
)

log = structlog.get_logger(__name__)

# This many orders ask product-service at the same time; few, see `settle_stock`.
BATCH = 5
CLAIM = timedelta(seconds=5)
ATTEMPT_SECONDS = 4.0
# After a possible outage of the database, nothing is withdrawn for this long: a request
# that has promised its order meanwhile stores that first.
SPARING_SECONDS = 5.0


class SettleOrders:
    def __init__(
        self,
        database: Database,
        saga: PlaceOrder,
        record: RecordOutcome,
        sparing_seconds: float = SPARING_SECONDS,
    ) -> None:
        self._database = database
        self._saga = saga
        self._record = record
        self._sparing_seconds = sparing_seconds
        self._sparing: Deadline | None = None

    async def settle_batch(self) -> int:
        """Tries to settle the orders abandoned longest; returns how many it took."""
        if self._sparing is None:
            self._sparing = Deadline.after(self._sparing_seconds)
        try:
            return await self._settle_batch(only_promised=not self._sparing.is_over)
        except DatabaseUnavailable:
            self._sparing = None
            raise

    async def _settle_batch(self, only_promised: bool) -> int:
        async with self._database.transaction() as session:
            abandoned = await Orders(session).list_abandoned(BATCH, only_promised)
        taken = await asyncio.gather(*(self._settle(i) for i in abandoned))
        return sum(taken)

    async def _settle(self, order_id: int) -> bool:
        async with self._database.transaction() as session:
            if not await Orders(session).claim(order_id, CLAIM):
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
                end = end_of(await self._record.withdrawn(order))
        except DomainError as error:
            log.warning("order_settlement_failed", order_id=order.id, reason=error.code)
            return
        match end:
            case Promised():
                log.info("order_still_pending", order_id=order.id)
            case Confirmed() | Rejected() | Cancelled() | Withdrawn():
                outcome = type(end).__name__.lower()
                log.info("order_settled", order_id=order.id, outcome=outcome)
