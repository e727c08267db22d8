"""The client of product-service: reserves, commits and releases stock of an order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from pydantic import BaseModel

from app.errors import RESERVATION_REJECTIONS
from app.models import Order, OrderItem, PricedItem
from chassis import (
    Deadline,
    DomainError,
    Id,
    Money,
    Peer,
    PeerFailed,
    PeerResponse,
    PeerTimeout,
    ServiceTokens,
    Text,
    Unavailable,
)

log = structlog.get_logger(__name__)

PROBLEM = "application/problem+json"
RESERVATION_RELEASED = "reservation_released"
SETTLE_SECONDS = 2.0
REJECTION_OF_CODE = {error.code: error for error in RESERVATION_REJECTIONS}

Prices = Mapping[int, PricedItem]
"""The name and price of each product, by its id."""


class _Item(BaseModel):
    product_id: Id
    name: Text
    unit_price: Money


class _Reservation(BaseModel):
    items: list[_Item]


class _RejectedItem(BaseModel):
    code: str
    product_id: int
    requested: int | None = None
    available: int | None = None
    agreed_price: Money | None = None
    unit_price: Money | None = None


class _Problem(BaseModel):
    code: str
    detail: Text = ""
    items: list[_RejectedItem] = []


@dataclass(frozen=True)
class Reserved:
    """product-service has reserved every item of the order, at these prices."""

    prices: Prices


@dataclass(frozen=True)
class Declined:
    """product-service has rejected the reservation, for example for lack of stock."""

    rejection: DomainError


@dataclass(frozen=True)
class Closed:
    """The order's stock has been released before: nothing can be reserved for it."""


@dataclass(frozen=True)
class NothingReserved:
    """The request was not sent, or it failed.

    Stock that is reserved all the same is released when the order is withdrawn.
    """


@dataclass(frozen=True)
class Unknown:
    """The request was sent without a response: the stock may be reserved."""


Reservation = Reserved | Declined | Closed | NothingReserved | Unknown


class ProductsClient:
    def __init__(self, peer: Peer, tokens: ServiceTokens) -> None:
        self._peer = peer
        self._tokens = tokens

    async def reserve(self, order: Order, deadline: Deadline) -> Reservation:
        """Reserves all items of the order or none; can be repeated safely."""
        items = [_request_item(item) for item in order.items]
        path = f"/reservations/{order.id}"
        try:
            response = await self._tokens.call(
                self._peer, "PUT", path, deadline, json={"items": items}
            )
            return self._read(response, order)
        except Unavailable as error:
            log.info("reservation_failed", order_id=order.id, reason=error.code)
            return Unknown() if isinstance(error, PeerTimeout) else NothingReserved()

    async def release(self, order_id: int) -> None:
        """Releases the order's stock, and blocks later reservations for the order."""
        await self._settle(order_id, "release")

    async def commit(self, order_id: int) -> None:
        """Commits the order's reserved stock: it counts as sold."""
        await self._settle(order_id, "commit")

    async def _settle(self, order_id: int, verb: str) -> None:
        path = f"/reservations/{order_id}/{verb}"
        deadline = Deadline.after(SETTLE_SECONDS)
        # A repeated release or commit has no further effect.
        response = await self._tokens.call(
            self._peer, "POST", path, deadline, repeatable=True
        )
        if response.status_code != 200:
            raise PeerFailed(f"{verb} of order {order_id}: {response.status_code}")

    def _read(self, response: PeerResponse, order: Order) -> Reservation:
        if response.status_code != 200:
            return self._read_problem(response)
        reserved = self._peer.read(response, _Reservation).items
        prices = {i.product_id: PricedItem(i.name, i.unit_price) for i in reserved}
        if not all(_is_reserved(item, prices) for item in order.items):
            raise PeerFailed("the reservation does not match the order")
        return Reserved(prices)

    def _read_problem(self, response: PeerResponse) -> Declined | Closed:
        if response.content_type == PROBLEM:
            problem = self._peer.read(response, _Problem)
            if error := REJECTION_OF_CODE.get(problem.code):
                return Declined(error(problem.detail, **_context(problem.items)))
            if problem.code == RESERVATION_RELEASED:
                return Closed()
        raise PeerFailed(f"product-service returned {response.status_code}")


def _request_item(item: OrderItem) -> dict[str, Any]:
    body: dict[str, Any] = {"product_id": item.product_id, "quantity": item.quantity}
    if item.agreed_price is not None:
        body["unit_price"] = str(item.agreed_price)
    return body


def _is_reserved(item: OrderItem, prices: Prices) -> bool:
    reserved = prices.get(item.product_id)
    return reserved is not None and item.accepts(reserved.unit_price)


def _context(rejected: list[_RejectedItem]) -> dict[str, Any]:
    """Returns the error's context: all rejected items.

    With a single item, its fields stand at the top level too.
    """
    items = [item.model_dump(mode="json", exclude_unset=True) for item in rejected]
    single = items[0] if len(items) == 1 else {}
    return {"items": items, **{k: v for k, v in single.items() if k != "code"}}
