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
# After an outage of the database nothing is withdrawn, until whoever has promised an
# order meanwhile can have recorded it.
PROMISING_SECONDS = 5.0


class SettleOrders:
    def __init__(self, database: Database, saga: PlaceOrder) -> None:
        self._database = database
        self._saga = saga
        self._promises_are_recorded = Deadline.after(0)

    async def settle_batch(self) -> int:
        """Tries to settle the orders abandoned longest; returns how many it took."""
        only_promised = not self._promises_are_recorded.is_over
        try:
            async with self._database.transaction() as session:
                abandoned = await Orders(session).list_abandoned(BATCH, only_promised)
        except DatabaseUnavailable:
            self._promises_are_recorded = Deadline.after(PROMISING_SECONDS)
            raise
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
                await self._saga.withdraw(order)
                log.info("order_withdrawn", order_id=order.id)
        except Unavailable as error:
            log.info("order_not_settled_yet", order_id=order.id, error=error.code)
        except (DomainError, StaleDataError) as error:
            log.info("order_settled", order_id=order.id, outcome=str(error))
