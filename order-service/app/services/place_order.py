"""Placing an order: the saga.

    record the order, pending     one transaction, with the Idempotency-Key
    reserve its stock             one idempotent call to product-service
    confirm it, with its event    one transaction, a compare-and-set

Where a step fails, the customer is told what is true, also if we die right after:

    rejected by product-service   the order is cancelled; 404 or 409
    nothing sent, or a 5xx        the order is withdrawn; 503
    sent, and no answer           the order is promised, and settles by itself; 202

A pending order that was not promised is withdrawn by recovery: its customer either got
no answer or a 503. Hence a 503 is true before anything is stored to make it so. A
promised order that is rejected in the end stays in its customer's list, and
`order.rejected` notifies the customer.
"""

import asyncio
from collections.abc import Coroutine, Mapping
from functools import partial
from typing import Any, TypeVar

import structlog
from sqlalchemy.orm.exc import StaleDataError

from app.clients.products import ProductsClient, ReservationRefused
from app.models import Order, OrderStatus, PricedItem
from app.models.errors import NOT_RESERVABLE
from app.repositories.orders import Orders
from app.services.deadline import Deadline
from app.services.record_outcome import RecordOutcome
from chassis import (
    Conflict,
    Database,
    DatabaseUnavailable,
    Invalid,
    Outbox,
    PeerFailed,
    PeerSilent,
    Unavailable,
)

log = structlog.get_logger(__name__)

# What product-service leaves for recording the outcome, and that for the case that it
# cannot be recorded: seconds.
RECORDING_SECONDS = 0.6
PROMISING_SECONDS = 0.3

Result = TypeVar("Result")


class OrderingUnavailable(Unavailable):
    """The order was not placed, and nothing is taken for it."""


class OrderCancelledMeanwhile(Conflict):
    """The customer cancelled the order while it was being placed."""


class PlaceOrder:
    def __init__(
        self, database: Database, products: ProductsClient, outbox: Outbox
    ) -> None:
        self._database = database
        self._products = products
        self._record = RecordOutcome(database, outbox)
        self._unfinished: set[asyncio.Task[Any]] = set()

    async def place(self, order: Order, deadline: Deadline) -> Order:
        """Takes a recorded order through the saga.

        Returns:
            the order: confirmed, or pending where it will settle by itself.

        Raises:
            UnknownProduct, InsufficientStock, PriceChanged, Invalid: it is rejected.
            OrderCancelledMeanwhile: its customer did so.
            OrderingUnavailable: nothing is taken, nor ever will be.
        """
        try:
            return await self.reserve_and_confirm(order, deadline)
        except PeerSilent:
            return await self._promise(order, deadline)
        except OrderingUnavailable:
            raise
        except Unavailable as error:
            return await self._give_up(order, error, deadline)

    async def reserve_and_confirm(self, order: Order, deadline: Deadline) -> Order:
        """The two steps that follow the record; each may be repeated.

        Raises:
            PeerSilent: it is not known whether the stock is reserved.
            Unavailable: it is not.
        """
        try:
            return await self._reserve_and_confirm(order, deadline)
        except (ReservationRefused, StaleDataError) as error:
            return await self._as_settled_by_another(order, error, deadline)

    async def _reserve_and_confirm(self, order: Order, deadline: Deadline) -> Order:
        seconds = deadline.remaining() - RECORDING_SECONDS
        try:
            prices = await self._products.reserve(order, seconds)
            return await self._confirm(order, prices, deadline)
        except NOT_RESERVABLE as rejection:
            await self._end(order, self._record.rejected(order, rejection), deadline)
            raise
        except Invalid as rejection:
            if order.promised:
                ending = self._record.rejected(order, rejection)
                await self._end(order, ending, deadline)
            else:
                await self._end(order, self.withdraw(order), deadline)
            raise

    async def withdraw(self, order: Order) -> Order:
        """As `RecordOutcome.withdrawn`."""
        return await self._record.withdrawn(order)

    async def _confirm(
        self, order: Order, prices: Mapping[int, PricedItem], deadline: Deadline
    ) -> Order:
        seconds = deadline.remaining() - PROMISING_SECONDS
        try:
            return await self._record.confirmed(order, prices, seconds)
        except DatabaseUnavailable as error:
            raise PeerSilent("it is not known whether it is confirmed") from error

    async def _promise(self, order: Order, deadline: Deadline) -> Order:
        # Should we die before it is stored, 202 is still true: recovery settles the
        # order, if only by withdrawing it.
        recorded = self._record.promised(order)
        current = await self._in_time(order, recorded, deadline)
        if current is None or current.status == OrderStatus.PENDING:
            return current or order
        return _settled(current)

    async def _end(
        self, order: Order, recorded: Coroutine[Any, Any, object], deadline: Deadline
    ) -> None:
        """Raises StaleDataError if the order was changed meanwhile."""
        try:
            await self._in_time(order, recorded, deadline)
        except DatabaseUnavailable:
            log.warning("rejection_deferred_to_recovery", order_id=order.id)

    async def _give_up(
        self, order: Order, cause: Unavailable, deadline: Deadline
    ) -> Order:
        try:
            current = await self._in_time(order, self.withdraw(order), deadline)
        except DatabaseUnavailable:
            log.warning("withdrawal_left_to_recovery", order_id=order.id)
        else:
            if current is not None and current.refusal is None:
                if current.status == OrderStatus.PENDING:
                    return current
                return _settled(current)
        raise OrderingUnavailable(
            "orders cannot be placed at the moment; nothing was taken"
        ) from cause

    async def _in_time(
        self,
        order: Order,
        recorded: Coroutine[Any, Any, Result],
        deadline: Deadline,
    ) -> Result | None:
        """What it returns or raises; None: it goes on without the customer."""
        task = asyncio.create_task(recorded)
        self._unfinished.add(task)
        task.add_done_callback(self._unfinished.discard)
        try:
            await asyncio.wait({task}, timeout=deadline.remaining())
            return task.result() if task.done() else None
        finally:
            if not task.done():
                task.add_done_callback(partial(_tell_of_failure, order.id))

    async def _as_settled_by_another(
        self, order: Order, error: Exception, deadline: Deadline
    ) -> Order:
        """What became of an order that was changed while we were at work on it.

        Raises:
            PeerSilent: it is not settled, or that cannot be read.
        """
        try:
            async with self._database.transaction(deadline.remaining()) as session:
                current = await Orders(session).get(order.id)
        except DatabaseUnavailable as unknown:
            raise PeerSilent("it is not known what became of it") from unknown
        is_cancelled = current.status == OrderStatus.CANCELLED
        if isinstance(error, ReservationRefused) and not is_cancelled:
            raise PeerFailed(error.detail) from error
        return _settled(current)


def _settled(order: Order) -> Order:
    if order.status == OrderStatus.PENDING:
        raise PeerSilent("it was changed meanwhile, and is not settled")
    if order.status != OrderStatus.CANCELLED:
        return order
    order.require_not_rejected()
    if order.refusal is not None:
        raise OrderingUnavailable(order.refusal["detail"])
    raise OrderCancelledMeanwhile(
        f"order {order.id} was cancelled while it was being placed"
    )


def _tell_of_failure(order_id: int, task: asyncio.Task[Any]) -> None:
    error = None if task.cancelled() else task.exception()
    if error is not None and not isinstance(error, StaleDataError):
        log.warning("outcome_left_to_recovery", order_id=order_id, error=str(error))
