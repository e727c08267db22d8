"""Answers a request for an order: a new one, or the one of its Idempotency-Key."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import (
    AccountErased,
    OrderCancelledDuringCheckout,
    OrderingUnavailable,
)
from app.models import ErasedUser, IdempotencyKey, Order, OrderStatus
from app.repositories.orders import Orders
from app.schemas.order import OrderCreate
from app.services.measure_orders import count_order, measured
from app.services.place_order import PlaceOrder
from app.services.saga_end import (
    Cancelled,
    Confirmed,
    Promised,
    Rejected,
    SagaEnd,
    Withdrawn,
    end_of,
)
from chassis import (
    Database,
    Deadline,
    ErasedUsers,
    IdempotencyKeys,
    RequestInProgress,
    User,
    fingerprint,
)

# Longer than any request takes. What one leaves to be recorded after its answer may
# take longer still: then the first counts, as the order's version is compared and set.
CLAIM = timedelta(seconds=5)
LOOK_SECONDS = 0.05
ANSWERING_SECONDS = 0.5


class KeyTaken(Exception):
    """The same request took the key first."""


@dataclass(frozen=True)
class Placement:
    """
    Attributes:
        replayed: whether the order is of an earlier request with the same key.
    """

    order: Order
    replayed: bool


class Checkout:
    def __init__(self, database: Database, saga: PlaceOrder) -> None:
        self._database = database
        self._saga = saga

    async def place(
        self,
        customer: User,
        draft: OrderCreate,
        key: str | None,
        deadline: Deadline,
    ) -> Placement:
        """Places the order; with a key, once however often it is asked for.

        Raises:
            AccountErased: after the customer's token was found valid.
            RequestInProgress: the same request is not answered yet.
            UnknownProduct, InsufficientStock, PriceChanged, TotalTooLarge: rejected.
            OrderCancelledDuringCheckout: by its customer.
            OrderingUnavailable: nothing is taken, nor ever will be.
        """
        while True:
            placement = await self._try(customer, draft, key, deadline)
            if placement is not None:
                return placement
            if deadline.remaining() < ANSWERING_SECONDS:
                raise RequestInProgress("the same request is being answered; ask again")
            await asyncio.sleep(LOOK_SECONDS)

    async def _try(
        self,
        customer: User,
        draft: OrderCreate,
        key: str | None,
        deadline: Deadline,
    ) -> Placement | None:
        """Returns None if another request with the same key is still in progress."""
        known = await self._find(customer, draft, key, deadline)
        if known is not None:
            return await self._replay(known, deadline)
        try:
            order = await self._record(customer, draft, key, deadline)
        except KeyTaken:
            return None
        return _answer(await measured(self._saga.place(order, deadline)))

    async def _record(
        self,
        customer: User,
        draft: OrderCreate,
        key: str | None,
        deadline: Deadline,
    ) -> Order:
        order = Order.pending(
            customer, draft.wanted, shipping_address=draft.shipping_address, claim=CLAIM
        )
        async with self._database.transaction(deadline.remaining()) as session:
            if await ErasedUsers(session, ErasedUser).includes(customer.user_id):
                raise AccountErased("your account has been erased")
            await Orders(session).add(order)
            count_order(session, order)
            if key is not None:
                keys = _keys(session, customer, key)
                if not await keys.take(_fingerprint(draft), order_id=order.id):
                    raise KeyTaken
        return order

    async def _find(
        self,
        customer: User,
        draft: OrderCreate,
        key: str | None,
        deadline: Deadline,
    ) -> Order | None:
        if key is None:
            return None
        async with self._database.transaction(deadline.remaining()) as session:
            known = await _keys(session, customer, key).find()
            if known is None:
                return None
            known.require_same_request(_fingerprint(draft))
            return await Orders(session).get(known.order_id)

    async def _replay(self, order: Order, deadline: Deadline) -> Placement | None:
        """Answers a repeated request, if the first one can be answered already."""
        if order.status == OrderStatus.PENDING and not order.promised:
            return await self._resume(order, deadline)
        match end_of(order):
            case Rejected(rejection):
                rejection.replayed = True
                raise rejection
            case Withdrawn():
                return None  # Its key is free by now: the next look finds no order.
            case Confirmed(order) | Promised(order) | Cancelled(order):
                return Placement(order, replayed=True)

    async def _resume(self, order: Order, deadline: Deadline) -> Placement | None:
        """Takes over an order whose first request was interrupted."""
        if deadline.remaining() < ANSWERING_SECONDS:
            return None  # The next repetition has the time to take it over.
        async with self._database.transaction(deadline.remaining()) as session:
            if not await Orders(session).claim(order.id, CLAIM):
                return None
            # Read again: it may have been promised before it was claimed.
            abandoned = await Orders(session).get(order.id)
        if abandoned.promised:
            return Placement(abandoned, replayed=True)
        end = await measured(self._saga.place(abandoned, deadline))
        return replace(_answer(end), replayed=True)


def _answer(end: SagaEnd) -> Placement:
    match end:
        case Confirmed(order) | Promised(order):
            return Placement(order, replayed=False)
        case Rejected(rejection):
            raise rejection
        case Cancelled(order):
            raise OrderCancelledDuringCheckout(
                f"order {order.id} was cancelled while it was being placed"
            )
        case Withdrawn():
            raise OrderingUnavailable(
                "orders cannot be placed at the moment; nothing was taken"
            )


def _fingerprint(draft: OrderCreate) -> str:
    return fingerprint(draft.in_one_order())


def _keys(
    session: AsyncSession, customer: User, key: str
) -> IdempotencyKeys[IdempotencyKey]:
    identity = {"user_id": customer.user_id, "key": key}
    return IdempotencyKeys(session, IdempotencyKey, identity)
