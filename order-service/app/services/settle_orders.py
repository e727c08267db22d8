"""Settles what a crash or a silence left pending: promised orders are placed, and
orders that nobody was told of are withdrawn."""

import asyncio
from datetime import timedelta

import structlog
from sqlalchemy.orm.exc import StaleDataError

from app.models import Order
from app.repositories.orders import Orders
from app.services.deadline import Deadline
from app.services.place_order import PlaceOrder
from chassis import Database, DatabaseUnavailable, DomainError, Unavailable, resumed

log = structlog.get_logger(__name__)

# As many ask product-service at the same time; few, see `settle_stock`.
BATCH = 5
CLAIM = timedelta(seconds=5)
ATTEMPT_SECONDS = 4.0
# Where an outage of the database may have been, nothing is withdrawn for so long: who
# has promised an order meanwhile records it first.
SPARING_SECONDS = 5.0


class SettleOrders:
    def __init__(
        self,
        database: Database,
        saga: PlaceOrder,
        sparing_seconds: float = SPARING_SECONDS,
    ) -> None:
        self._database = database
        self._saga = saga
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
        with resumed(order.trace_context):
            await self._place_or_withdraw(order)
        return True

    async def _place_or_withdraw(self, order: Order) -> None:
        try:
            if order.promised:
                deadline = Deadline.after(ATTEMPT_SECONDS)
                settled = await self._saga.reserve_and_confirm(order, deadline)
                log.info("order_settled", order_id=order.id, status=settled.status)
            else:
                left = await self._saga.withdraw(order)
                log.info("order_withdrawn", order_id=order.id, status=left.status)
        except Unavailable as error:
            log.info("order_not_settled_yet", order_id=order.id, error=error.code)
        except (DomainError, StaleDataError) as error:
            log.info("order_settled", order_id=order.id, outcome=str(error))
