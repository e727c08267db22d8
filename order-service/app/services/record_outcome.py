"""How an order's saga ends, or is interrupted: each in a transaction of its own."""

import asyncio
from collections.abc import Mapping

import structlog

from app.events.messages import OrderCreated, OrderRejected
from app.models import Order, OrderStatus, PricedItem
from app.repositories.orders import Orders
from app.services.count_orders import count_order
from chassis import Database, DatabaseUnavailable, DomainError, Outbox

log = structlog.get_logger(__name__)

# How soon a promise is recorded once the database is back: well before recovery
# withdraws what nobody was told of.
PROMISE_AGAIN_SECONDS = 0.5

# The code of a refusal that was not product-service's.
WITHDRAWN = "order_withdrawn"


class RecordOutcome:
    """Takes an order of an earlier transaction.

    What rests on what was read then raises StaleDataError where it was changed since.
    """

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox

    async def confirmed(
        self, order: Order, prices: Mapping[int, PricedItem], seconds: float
    ) -> Order:
        """The order stands, and its event will be sent."""
        async with self._database.transaction(seconds) as session:
            confirmed = await Orders(session).again(order)
            confirmed.confirm(prices)
            await session.flush()
            self._outbox.add(session, OrderCreated.of(confirmed))
            count_order(session, confirmed)
        return confirmed

    async def promised(self, order: Order) -> Order:
        """It is to be placed in the end; tried for as long as the database is away.

        Returns:
            the order as it is: it may have been settled before.
        """
        while True:
            try:
                async with self._database.transaction() as session:
                    current = await Orders(session).get_to_change(order.id)
                    if current.status == OrderStatus.PENDING:
                        current.promise()
            except DatabaseUnavailable:
                log.warning("promise_not_recorded_yet", order_id=order.id)
                await asyncio.sleep(PROMISE_AGAIN_SECONDS)
            else:
                return current

    async def rejected(self, order: Order, rejection: DomainError) -> None:
        """It stays on record, cancelled, with the reason; its key answers the same.

        The customer of a promised order is notified: its 202 was not the last word.
        """
        async with self._database.transaction() as session:
            rejected = await Orders(session).again(order)
            rejected.refuse(rejection.code, rejection.detail, rejection.context)
            count_order(session, rejected)
            if rejected.promised:
                await session.flush()
                self._outbox.add(session, _event_of(rejected, rejection))

    async def withdrawn(self, order: Order) -> Order:
        """It is cancelled, as if it had never been; its Idempotency-Key is free.

        Returns:
            the order as it is: it may have been settled before, or promised since.
        """
        async with self._database.transaction() as session:
            current = await Orders(session).get_to_change(order.id)
            is_as_it_was = current.promised == order.promised
            if current.status == OrderStatus.PENDING and is_as_it_was:
                current.refuse(WITHDRAWN, "the order could not be placed", {})
                count_order(session, current)
                await Orders(session).free_keys(order.id)
        return current


def _event_of(order: Order, rejection: DomainError) -> OrderRejected:
    items = rejection.context.get("items", ())
    return OrderRejected.because(order, rejection.code, rejection.detail, items)
