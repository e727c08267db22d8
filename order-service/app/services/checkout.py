"""What a request for an order comes to: a new order, or the one its key stands for."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.models import ErasedUser, IdempotencyKey, Order, OrderStatus
from app.models.errors import AccountErased
from app.repositories.orders import Orders
from app.schemas.order import OrderCreate
from app.services.count_orders import count_order
from app.services.deadline import Deadline
from app.services.measure_saga import measured
from app.services.place_order import PlaceOrder
from chassis import (
    Database,
    DomainError,
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
    """A twin took the key first."""


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
            AccountErased: since the customer's token was found valid.
            RequestInProgress: a twin of this request is not answered yet.
            DomainError: as `PlaceOrder.place`.
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
        """None: a twin of this request is at work, or was just now."""
        known = await self._find(customer, draft, key, deadline)
        if known is not None:
            return await self._replay(known, deadline)
        try:
            order = await self._record(customer, draft, key, deadline)
        except KeyTaken:
            return None
        placed = await measured(self._saga.place(order, deadline))
        return Placement(placed, replayed=False)

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
        """The answer to a request that came before, if it can be given already."""
        if order.refusal is not None:
            _reject_again(order)
            return None
        if order.status != OrderStatus.PENDING or order.promised:
            return Placement(order, replayed=True)
        if deadline.remaining() < ANSWERING_SECONDS:
            # Whoever asks next has the time to take it over.
            return None
        async with self._database.transaction(deadline.remaining()) as session:
            if not await Orders(session).claim(order.id, CLAIM):
                return None
            # As it is now that it is ours: it may have been promised in between.
            abandoned = await Orders(session).get(order.id)
        if abandoned.promised:
            return Placement(abandoned, replayed=True)
        placed = await measured(self._saga.place(abandoned, deadline))
        return Placement(placed, replayed=True)


def _reject_again(order: Order) -> None:
    try:
        order.require_not_rejected()
    except DomainError as rejection:
        rejection.replayed = True
        raise
    # Withdrawn: its key is free by now, and the next look finds no order.


def _fingerprint(draft: OrderCreate) -> str:
    return fingerprint(draft.in_one_order())


def _keys(
    session: AsyncSession, customer: User, key: str
) -> IdempotencyKeys[IdempotencyKey]:
    identity = {"user_id": customer.user_id, "key": key}
    return IdempotencyKeys(session, IdempotencyKey, identity)
