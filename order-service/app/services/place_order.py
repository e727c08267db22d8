"""The saga that places an order.

    1. store the order as pending    one transaction, with its Idempotency-Key
    2. reserve its stock             one idempotent call of product-service
    3. confirm it                    one transaction, with its event

`CheckOut` does step 1. This module does the others; the outcome of step 2 decides:

    Reserved                     the order is confirmed: 201
    Declined                     the order is rejected: 404 or 409
    NothingReserved or Closed    the order is withdrawn: 503
    Unknown                      the order is promised: 202, and recovery places it

If the total is too large at the reserved prices, step 3 rejects the order: 422.

A 201 and a 503 stay true if this process dies right after them. Recovery
(`SettleOrders`) withdraws all pending orders that were not promised, so a 503 is true
even before the withdrawal is stored. A 202 stays true once the promise is stored. If
the database is too slow for that, the customer gets the 202 earlier; if the process
then dies, recovery withdraws the order (ADR 1).

Recovery runs the same saga for promised orders. They are never withdrawn; if one is
rejected, the event `order.rejected` notifies its customer.
"""

import asyncio
from collections.abc import Coroutine
from functools import partial
from typing import Any, TypeVar

import structlog
from sqlalchemy.orm.exc import StaleDataError

from app.clients.products import (
    Closed,
    Declined,
    NothingReserved,
    Prices,
    ProductsClient,
    Reserved,
    Unknown,
)
from app.errors import TotalTooLarge
from app.models import Order
from app.saga.ends import (
    Confirmed,
    Promised,
    Rejected,
    SagaEnd,
    Withdrawn,
    end_of,
)
from app.saga.outcomes import Outcomes
from chassis import DatabaseUnavailable, Deadline, DomainError, Invalid

log = structlog.get_logger(__name__)

# The time kept for confirming, and the time kept for promising if confirming fails: at
# most half of what is left after a wait for the request's turn.
CONFIRM_SECONDS = 0.6
PROMISE_SECONDS = 0.3

Result = TypeVar("Result")


class PlaceOrder:
    """Runs the saga for a pending order; can be repeated safely."""

    def __init__(self, products: ProductsClient, outcomes: Outcomes) -> None:
        self._products = products
        self._outcomes = outcomes
        self._tasks: set[asyncio.Task[Any]] = set()

    async def place(self, order: Order, deadline: Deadline) -> SagaEnd:
        """Reserves the order's stock, and stores the outcome."""
        reservation = await self._products.reserve(
            order, deadline.leaving(CONFIRM_SECONDS)
        )
        match reservation:
            case Reserved(prices):
                return await self._confirm(order, prices, deadline)
            case Declined(rejection):
                return await self._reject(order, rejection, deadline)
            case Unknown():
                return await self._promise(order, deadline)
            case NothingReserved() | Closed() if order.promised:
                # Recovery called, and will try again: a promised order is kept.
                return await self._promise(order, deadline)
            case NothingReserved() | Closed():
                return await self._withdraw(order, deadline)

    async def _confirm(
        self, order: Order, prices: Prices, deadline: Deadline
    ) -> SagaEnd:
        try:
            confirmed = await self._outcomes.confirm(
                order, prices, deadline.leaving(PROMISE_SECONDS)
            )
        except TotalTooLarge as rejection:
            return await self._reject(order, rejection, deadline)
        except (StaleDataError, DatabaseUnavailable):
            # Another request has changed the order, or the commit failed or succeeded
            # without a reply. Promising reads the order again, and so finds out.
            return await self._promise(order, deadline)
        return Confirmed(confirmed)

    async def _reject(
        self, order: Order, rejection: DomainError, deadline: Deadline
    ) -> SagaEnd:
        if order.promised or not isinstance(rejection, Invalid):
            store = self._outcomes.reject(order, rejection)
        else:
            # A 422 is not replayed: a withdrawal deletes the Idempotency-Key.
            store = self._outcomes.withdraw(order)
        try:
            current = await self._wait_until(deadline, order, store)
        except StaleDataError:
            # Another request has changed the order; promising reads it again.
            return await self._promise(order, deadline)
        except DatabaseUnavailable:
            log.warning("rejection_deferred_to_recovery", order_id=order.id)
            current = None
        if current is None:
            # A promise is kept until the rejection is stored.
            return Promised(order) if order.promised else Rejected(rejection)
        end = end_of(current)
        return Rejected(rejection) if isinstance(end, Withdrawn) else end

    async def _withdraw(self, order: Order, deadline: Deadline) -> SagaEnd:
        withdraw = self._outcomes.withdraw(order)
        try:
            current = await self._wait_until(deadline, order, withdraw)
        except DatabaseUnavailable:
            log.warning("withdrawal_deferred_to_recovery", order_id=order.id)
            return Withdrawn()
        return Withdrawn() if current is None else end_of(current)

    async def _promise(self, order: Order, deadline: Deadline) -> SagaEnd:
        """Promises the order if it is still pending; returns its current state."""
        current = await self._wait_until(deadline, order, self._outcomes.promise(order))
        return Promised(order) if current is None else end_of(current)

    async def _wait_until(
        self,
        deadline: Deadline,
        order: Order,
        transaction: Coroutine[Any, Any, Result],
    ) -> Result | None:
        """Returns the transaction's result, or None if it is not done by the deadline.

        The transaction then continues in the background, so that the response does not
        wait for a slow database.
        """
        task = asyncio.create_task(transaction)
        self._tasks.add(task)  # The event loop alone would not keep it alive.
        task.add_done_callback(self._tasks.discard)
        try:
            await asyncio.wait({task}, timeout=deadline.remaining())
            return task.result() if task.done() else None
        finally:
            if not task.done():
                task.add_done_callback(partial(_log_failure, order.id))


def _log_failure(order_id: int, task: asyncio.Task[Any]) -> None:
    error = None if task.cancelled() else task.exception()
    if error is not None and not isinstance(error, StaleDataError):
        log.warning("outcome_deferred_to_recovery", order_id=order_id, error=str(error))
