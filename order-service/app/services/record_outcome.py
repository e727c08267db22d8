"""Stores how an order's saga ends or pauses, each in a transaction of its own."""

import asyncio
from collections.abc import Mapping

import structlog

from app.events.messages import OrderCreated, OrderRejected
from app.models import Order, OrderStatus, PricedItem
from app.repositories.orders import Orders
from app.services.measure_orders import count_order
from chassis import Database, DatabaseUnavailable, Deadline, DomainError, Outbox

log = structlog.get_logger(__name__)

# A promise is stored this soon after the database is back: well before recovery
# withdraws orders that were not promised.
PROMISE_AGAIN_SECONDS = 0.5


class RecordOutcome:
    """Takes an order that was read in an earlier transaction.

    `confirmed` and `rejected` raise StaleDataError if it has changed since.
    """

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox

    async def confirmed(
        self, order: Order, prices: Mapping[int, PricedItem], deadline: Deadline
    ) -> Order:
        """Confirms the order, and stores its event in the same transaction.

        Raises:
            TotalTooLarge: see there.
        """
        async with self._database.transaction(deadline.remaining()) as session:
            confirmed = await Orders(session).reattach(order)
            confirmed.confirm(prices)
            await session.flush()
            self._outbox.add(session, OrderCreated.of(confirmed))
            count_order(session, confirmed)
        return confirmed

    async def promised(self, order: Order) -> Order:
        """Stores that recovery will place the order; waits for the database.

        Returns:
            the order as it is now: it may have been settled before.
        """
        while True:
            try:
                async with self._database.transaction() as session:
                    current = await Orders(session).get(order.id, for_update=True)
                    if current.status == OrderStatus.PENDING and not current.promised:
                        current.promise()
            except DatabaseUnavailable:
                log.warning("pending_order_not_stored", order_id=order.id)
                await asyncio.sleep(PROMISE_AGAIN_SECONDS)
            else:
                return current

    async def rejected(self, order: Order, rejection: DomainError) -> None:
        """Cancels the order and keeps the reason, which its Idempotency-Key replays.

        The customer of a promised order is notified.
        """
        async with self._database.transaction() as session:
            rejected = await Orders(session).reattach(order)
            rejected.refuse(rejection.code, rejection.detail, rejection.context)
            count_order(session, rejected)
            if rejected.promised:
                await session.flush()
                self._outbox.add(session, _event_of(rejected, rejection))

    async def withdrawn(self, order: Order) -> Order:
        """Cancels the order and frees its Idempotency-Key.

        Returns:
            the order as it is now: it may have been settled before, or promised since.
        """
        async with self._database.transaction() as session:
            current = await Orders(session).get(order.id, for_update=True)
            is_as_it_was = current.promised == order.promised
            if current.status == OrderStatus.PENDING and is_as_it_was:
                current.withdraw()
                count_order(session, current)
                await Orders(session).free_keys(order.id)
        return current


def _event_of(order: Order, rejection: DomainError) -> OrderRejected:
    items = rejection.context.get("items", ())
    return OrderRejected.because(order, rejection.code, rejection.detail, items)
