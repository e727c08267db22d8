"""Places each order once: repeated requests with its Idempotency-Key get the same."""

import asyncio
import time
from dataclasses import dataclass, replace

from app.errors import (
    AccountErased,
    OrderCancelledDuringCheckout,
    OrderingUnavailable,
)
from app.models import IdempotencyKey, Order, OrderStatus
from app.repositories.order_metrics import OrderMetrics
from app.repositories.orders import Orders
from app.repositories.unsettled_orders import UnsettledOrders
from app.saga.duration import FAILED, SAGA, outcome_of
from app.saga.ends import (
    Cancelled,
    Confirmed,
    Promised,
    Rejected,
    SagaEnd,
    Withdrawn,
    end_of,
)
from app.schemas.order import OrderCreate
from app.services.place_order import PlaceOrder
from chassis import (
    Database,
    Deadline,
    IdempotencyKeys,
    RequestInProgress,
    User,
    fingerprint,
)

POLL_SECONDS = 0.05
# An attempt with less time left would not succeed, so it is not started.
MIN_ATTEMPT_SECONDS = 0.5


class KeyTaken(Exception):
    """A concurrent request with the same key has stored its order first."""


@dataclass(frozen=True)
class Placement:
    """A confirmed or pending order, for the response.

    Attributes:
        replayed: whether an earlier request with the same key placed the order.
    """

    order: Order
    replayed: bool


class CheckOut:
    """Places one order for each Idempotency-Key, and replays its result."""

    def __init__(self, database: Database, saga: PlaceOrder) -> None:
        self._database = database
        self._saga = saga

    async def place(
        self, customer: User, draft: OrderCreate, key: str | None, deadline: Deadline
    ) -> Placement:
        """Places the order, or returns the one that was placed with the same key.

        Raises:
            AccountErased: the customer has been erased since the token was validated.
            RequestInProgress: a request with the same key is still in progress.
            UnknownProduct, InsufficientStock, PriceChanged, TotalTooLarge: the order
                was rejected.
            OrderCancelledDuringCheckout: the customer cancelled the pending order.
            OrderingUnavailable: no stock is reserved, now or later.
        """
        while True:
            placement = await self._try(customer, draft, key, deadline)
            if placement is not None:
                return placement
            if deadline.remaining() < MIN_ATTEMPT_SECONDS:
                raise RequestInProgress(
                    "a request with the same key is in progress; try again"
                )
            await asyncio.sleep(POLL_SECONDS)

    async def _try(
        self, customer: User, draft: OrderCreate, key: str | None, deadline: Deadline
    ) -> Placement | None:
        """Returns None if another request with the same key is still in progress."""
        earlier = await self._find_earlier(customer, draft, key, deadline)
        if earlier is not None:
            return await self._replay(earlier, deadline)
        try:
            order = await self._store_pending(customer, draft, key, deadline)
        except KeyTaken:
            return None
        return _placement(await self._run_saga(order, deadline))

    async def _find_earlier(
        self, customer: User, draft: OrderCreate, key: str | None, deadline: Deadline
    ) -> Order | None:
        """Returns the order of an earlier request with the same key, if any."""
        if key is None:
            return None
        async with self._database.transaction(deadline) as session:
            keys = IdempotencyKeys(session, IdempotencyKey, _identity(customer, key))
            known_key = await keys.find()
            if known_key is None:
                return None
            known_key.require_same_request(_fingerprint(draft))
            return await Orders(session).get(known_key.order_id)

    async def _replay(self, order: Order, deadline: Deadline) -> Placement | None:
        """Returns the earlier request's order in its current state.

        Returns None if that request is still in progress.
        """
        if order.status == OrderStatus.PENDING and not order.promised:
            return await self._resume(order, deadline)
        match end_of(order):
            case Rejected(rejection):
                rejection.replayed = True
                raise rejection
            case Withdrawn():
                return None  # The key is deleted by now, so the next try is a new one.
            case Confirmed(order) | Promised(order) | Cancelled(order):
                return Placement(order, replayed=True)

    async def _resume(self, order: Order, deadline: Deadline) -> Placement | None:
        """Takes over an order whose request was interrupted, for example by a crash."""
        if deadline.remaining() < MIN_ATTEMPT_SECONDS:
            return None
        async with self._database.transaction(deadline) as session:
            if not await UnsettledOrders(session).claim(order.id):
                return None
            # Read again, because it may have been promised before the claim.
            claimed = await Orders(session).get(order.id)
        if claimed.promised:
            return Placement(claimed, replayed=True)
        end = await self._run_saga(claimed, deadline)
        return replace(_placement(end), replayed=True)

    async def _run_saga(self, order: Order, deadline: Deadline) -> SagaEnd:
        """Runs the saga, and reports its duration and outcome."""
        started = time.perf_counter()
        outcome = FAILED
        try:
            end = await self._saga.place(order, deadline)
            outcome = outcome_of(type(end))
        finally:
            SAGA.labels(outcome).observe(time.perf_counter() - started)
        return end

    async def _store_pending(
        self, customer: User, draft: OrderCreate, key: str | None, deadline: Deadline
    ) -> Order:
        order = Order.pending(
            customer,
            draft.requested_items,
            shipping_address=draft.shipping_address,
        )
        async with self._database.transaction(
            deadline, of_one_statement=key is None
        ) as session:
            if not await Orders(session).add(order):
                raise AccountErased("your account has been erased")
            OrderMetrics(session).count(order)
            if key is not None:
                keys = IdempotencyKeys(
                    session, IdempotencyKey, _identity(customer, key)
                )
                if not await keys.take(_fingerprint(draft), order_id=order.id):
                    raise KeyTaken
        return order


def _placement(end: SagaEnd) -> Placement:
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
                "orders cannot be placed at the moment; no stock was reserved"
            )


def _fingerprint(draft: OrderCreate) -> str:
    return fingerprint(draft.with_sorted_items())


def _identity(customer: User, key: str) -> dict[str, int | str]:
    return {"user_id": customer.user_id, "key": key}
