"""product-service, as far as an order needs it: reserve, commit, release."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import structlog
from pydantic import BaseModel

from app.errors import NOT_RESERVABLE
from app.models import Order, OrderItem, PricedItem
from chassis import (
    Deadline,
    DomainError,
    Id,
    Money,
    Peer,
    PeerFailed,
    PeerTimeout,
    ServiceTokens,
    Text,
    Unavailable,
)

log = structlog.get_logger(__name__)

PROBLEM = "application/problem+json"
SETTLE_SECONDS = 2.0

Prices = Mapping[int, PricedItem]
"""The name and price of each product, by its id."""

REJECTIONS = {error.code: error for error in NOT_RESERVABLE}


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
    """product-service holds every item of the order at these names and prices."""

    prices: Prices


@dataclass(frozen=True)
class Declined:
    """product-service cannot reserve what the order asks for."""

    rejection: DomainError


@dataclass(frozen=True)
class Closed:
    """product-service no longer reserves for this order: it was settled before."""


@dataclass(frozen=True)
class NothingReserved:
    """The request was not sent, or product-service failed: nothing is to be kept."""


@dataclass(frozen=True)
class Unknown:
    """The request was sent and not answered: the stock may be reserved."""


Reservation = Reserved | Declined | Closed | NothingReserved | Unknown


class ProductsClient:
    def __init__(self, peer: Peer, tokens: ServiceTokens) -> None:
        self._peer = peer
        self._tokens = tokens

    async def reserve(self, order: Order, deadline: Deadline) -> Reservation:
        """Reserves all of the order's items, or none; doing so again does no harm."""
        items = [_as_sent(item) for item in order.items]
        path = f"/reservations/{order.id}"
        try:
            answer = await self._tokens.call(
                self._peer, "PUT", path, deadline, json={"items": items}
            )
            return self._read(answer, order)
        except Unavailable as error:
            log.info("reservation_failed", order_id=order.id, reason=error.code)
            return Unknown() if isinstance(error, PeerTimeout) else NothingReserved()

    async def release(self, order_id: int) -> None:
        """Gives back what the order holds, and lets it take nothing any more."""
        await self._settle(order_id, "release")

    async def commit(self, order_id: int) -> None:
        """Turns what the order holds into what is sold."""
        await self._settle(order_id, "commit")

    async def _settle(self, order_id: int, verb: str) -> None:
        path = f"/reservations/{order_id}/{verb}"
        deadline = Deadline.after(SETTLE_SECONDS)
        # A release or commit has one effect, however often it is sent.
        answer = await self._tokens.call(
            self._peer, "POST", path, deadline, repeatable=True
        )
        if answer.status_code != 200:
            raise PeerFailed(f"{verb} of order {order_id} got {answer.status_code}")

    def _read(self, answer: httpx.Response, order: Order) -> Reservation:
        if answer.status_code != 200:
            return self._read_problem(answer)
        reserved = self._peer.read(answer, _Reservation).items
        prices = {i.product_id: PricedItem(i.name, i.unit_price) for i in reserved}
        if not all(_is_reserved(item, prices) for item in order.items):
            raise PeerFailed("product-service reserved something else")
        return Reserved(prices)

    def _read_problem(self, answer: httpx.Response) -> Declined | Closed:
        if answer.headers.get("Content-Type", "").startswith(PROBLEM):
            problem = self._peer.read(answer, _Problem)
            if error := REJECTIONS.get(problem.code):
                return Declined(error(problem.detail, **_facts(problem.items)))
            if answer.status_code == 409:
                return Closed()
        raise PeerFailed(f"product-service answered {answer.status_code}")


def _as_sent(item: OrderItem) -> dict[str, Any]:
    sent: dict[str, Any] = {"product_id": item.product_id, "quantity": item.quantity}
    if item.agreed_price is not None:
        sent["unit_price"] = str(item.agreed_price)
    return sent


def _is_reserved(item: OrderItem, prices: Prices) -> bool:
    reserved = prices.get(item.product_id)
    return reserved is not None and item.accepts(reserved.unit_price)


def _facts(rejected: list[_RejectedItem]) -> dict[str, Any]:
    """Returns all rejected items; the facts of a single one also at the top level."""
    items = [item.model_dump(mode="json", exclude_unset=True) for item in rejected]
    single = items[0] if len(items) == 1 else {}
    return {"items": items, **{k: v for k, v in single.items() if k != "code"}}
