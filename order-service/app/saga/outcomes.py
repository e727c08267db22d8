"""The transactions with which the saga stores the outcome of an order."""

import asyncio
from collections.abc import Mapping

import structlog

from app.events.messages import OrderCreated, OrderRejected
from app.models import Order, OrderStatus, PricedItem
from app.repositories.order_metrics import OrderMetrics
from app.repositories.orders import Orders
from chassis import Database, DatabaseUnavailable, Deadline, DomainError, Outbox

log = structlog.get_logger(__name__)

# Short, so that after an outage of the database a promise is stored well before
# recovery withdraws the orders that were not promised.
PROMISE_RETRY_SECONDS = 0.5


class Outcomes:
    """Stores the outcomes of orders that were read in an earlier transaction.

    `confirm` and `reject` raise StaleDataError if the order has changed since.
    `promise` and `withdraw` read it again, and change it only if it is still pending.
    """

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox

    async def confirm(
        self, order: Order, prices: Mapping[int, PricedItem], deadline: Deadline
    ) -> Order:
        """Confirms the order, and stores its event in the same transaction.

        Raises:
            TotalTooLarge: the order cannot be confirmed.
        """
        async with self._database.transaction(
            deadline, of_one_statement=True
        ) as session:
            confirmed = order.confirmed(prices)
            event = self._outbox.within(session).prepare(OrderCreated.of(confirmed))
            await Orders(session).confirm(confirmed, event)
            OrderMetrics(session).count(confirmed)
        return confirmed

    async def promise(self, order: Order) -> Order:
        """Promises the order, and retries for as long as the database is unavailable.

        Returns:
            the current order: another request may have confirmed or cancelled it.
        """
        while True:
            try:
                async with self._database.transaction() as session:
                    current = await Orders(session).get(order.id, for_update=True)
                    if current.status == OrderStatus.PENDING and not current.promised:
                        current.promise()
            except DatabaseUnavailable:
                log.warning("pending_order_not_stored", order_id=order.id)
                await asyncio.sleep(PROMISE_RETRY_SECONDS)
            else:
                return current

    async def reject(self, order: Order, rejection: DomainError) -> Order:
        """Cancels the order with the rejection, which its Idempotency-Key replays.

        A promised order also gets an event, so that its customer is notified.
        """
        async with self._database.transaction() as session:
            rejected = await Orders(session).get_unchanged(order)
            rejected.reject(rejection)
            OrderMetrics(session).count(rejected)
            if rejected.promised:
                await session.flush()
                events = self._outbox.within(session)
                events.add(_rejected_event(rejected, rejection))
        return rejected

    async def withdraw(self, order: Order) -> Order:
        """Cancels the order and deletes its Idempotency-Key.

        Returns:
            the current order: another request may have confirmed, cancelled or promised
            it, and then it is not withdrawn.
        """
        async with self._database.transaction() as session:
            current = await Orders(session).get(order.id, for_update=True)
            is_newly_promised = current.promised and not order.promised
            if current.status == OrderStatus.PENDING and not is_newly_promised:
                current.withdraw()
                OrderMetrics(session).count(current)
                await Orders(session).delete_idempotency_keys(order.id)
        return current


def _rejected_event(order: Order, rejection: DomainError) -> OrderRejected:
    items = rejection.context.get("items", ())
    return OrderRejected.because(order, rejection.code, rejection.detail, items)
