"""Placing an order: the saga.

    record the order, pending     one transaction, with the Idempotency-Key
    reserve its stock             one idempotent call to product-service
    confirm it, with its event    one transaction, a compare-and-set

`Checkout` has recorded the order. What follows depends on product-service's answer:

    Reserved           the order is confirmed
    Declined           the order is rejected: 404 or 409
    NothingReserved    the order is withdrawn: 503
    Unknown            the order is promised: 202, and it settles by itself

The customer's answer stays true if this process dies right after it. Recovery withdraws
every pending order that was not promised, so a 503 is true before the withdrawal is
stored. Recovery places promised orders; one that is rejected in the end stays in its
customer's list, and `order.rejected` notifies the customer.
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
from app.services.record_outcome import RecordOutcome
from app.services.saga_end import (
    Confirmed,
    Promised,
    Rejected,
    SagaEnd,
    Withdrawn,
    end_of,
)
from chassis import DatabaseUnavailable, Deadline, DomainError, Invalid

log = structlog.get_logger(__name__)

# Reserving leaves this much for recording the outcome; confirming leaves this much for
# promising the order when it cannot be confirmed.
RECORDING_SECONDS = 0.6
PROMISING_SECONDS = 0.3

Result = TypeVar("Result")


class PlaceOrder:
    """Takes a recorded order through the saga; doing so again does no harm."""

    def __init__(self, products: ProductsClient, record: RecordOutcome) -> None:
        self._products = products
        self._record = record
        self._unfinished: set[asyncio.Task[Any]] = set()

    async def place(self, order: Order, deadline: Deadline) -> SagaEnd:
        """Reserves the order's stock and confirms it, or ends it in another way."""
        reservation = await self._products.reserve(
            order, deadline.earlier(RECORDING_SECONDS)
        )
        match reservation:
            case Reserved(prices):
                return await self._confirm(order, prices, deadline)
            case Declined(rejection):
                return await self._reject(order, rejection, deadline)
            case NothingReserved() | Closed() if not order.promised:
                return await self._withdraw(order, deadline)
            case NothingReserved() | Closed() | Unknown():
                return await self._promise(order, deadline)

    async def _confirm(
        self, order: Order, prices: Prices, deadline: Deadline
    ) -> SagaEnd:
        try:
            confirmed = await self._record.confirmed(
                order, prices, deadline.earlier(PROMISING_SECONDS)
            )
        except TotalTooLarge as rejection:
            return await self._reject(order, rejection, deadline)
        except (StaleDataError, DatabaseUnavailable):
            # Somebody else changed the order, or the commit may have succeeded unheard.
            return await self._promise(order, deadline)
        return Confirmed(confirmed)

    async def _reject(
        self, order: Order, rejection: DomainError, deadline: Deadline
    ) -> SagaEnd:
        # A 422 is not kept for the Idempotency-Key.
        is_kept = order.promised or not isinstance(rejection, Invalid)
        record = self._record
        try:
            if is_kept:
                await self._within(deadline, order, record.rejected(order, rejection))
            else:
                await self._within(deadline, order, record.withdrawn(order))
        except StaleDataError:
            return await self._promise(order, deadline)
        except DatabaseUnavailable:
            log.warning("rejection_deferred_to_recovery", order_id=order.id)
        return Rejected(rejection)

    async def _withdraw(self, order: Order, deadline: Deadline) -> SagaEnd:
        try:
            current = await self._within(deadline, order, self._record.withdrawn(order))
        except DatabaseUnavailable:
            log.warning("withdrawal_deferred_to_recovery", order_id=order.id)
            return Withdrawn()
        return Withdrawn() if current is None else end_of(current)

    async def _promise(self, order: Order, deadline: Deadline) -> SagaEnd:
        """Leaves the order to recovery, unless it has ended already."""
        current = await self._within(deadline, order, self._record.promised(order))
        return Promised(order) if current is None else end_of(current)

    async def _within(
        self,
        deadline: Deadline,
        order: Order,
        recorded: Coroutine[Any, Any, Result],
    ) -> Result | None:
        """Records an outcome; returns None if that goes on after the deadline.

        The customer's answer does not wait for a slow database.
        """
        task = asyncio.create_task(recorded)
        self._unfinished.add(task)
        task.add_done_callback(self._unfinished.discard)
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
