"""product-service, as far as an order needs it: reserve, commit, release."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import httpx
from pydantic import BaseModel

from app.models import Order, OrderItem, PricedItem
from app.models.errors import NOT_RESERVABLE
from chassis import (
    Conflict,
    Id,
    Money,
    Peer,
    PeerFailed,
    PeerUnreachable,
    ServiceTokens,
    Text,
)

PROBLEM = "application/problem+json"
SETTLE_SECONDS = 2.0
LEAST_SECONDS = 0.1

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


class ReservationRefused(Conflict):
    """product-service does not reserve for this order, or not any more."""


class ProductsClient:
    def __init__(self, peer: Peer, tokens: ServiceTokens) -> None:
        self._peer = peer
        self._tokens = tokens

    async def reserve(self, order: Order, seconds: float) -> dict[int, PricedItem]:
        """Reserves all of the order's items, or none; the same again does no harm.

        Args:
            seconds: how long the answer may take.

        Returns:
            the name and price of each product, by its id.

        Raises:
            UnknownProduct, InsufficientStock, PriceChanged, ReservationRefused:
                nothing is taken.
            PeerUnreachable, PeerFailed, PeerSilent: see there.
        """
        items = [_as_sent(item) for item in order.items]
        path = f"/reservations/{order.id}"
        answer = await self._call("PUT", path, seconds, json={"items": items})
        if answer.status_code != 200:
            raise self._refusal(answer)
        reserved = self._peer.read(answer, _Reservation).items
        prices = {i.product_id: PricedItem(i.name, i.unit_price) for i in reserved}
        if not all(_is_reserved(item, prices) for item in order.items):
            raise PeerFailed("product-service reserved something else")
        return prices

    async def release(self, order_id: int) -> None:
        """Gives back what the order holds, and lets it take nothing any more."""
        await self._settle(order_id, "release")

    async def commit(self, order_id: int) -> None:
        """Turns what the order holds into what is sold."""
        await self._settle(order_id, "commit")

    async def _settle(self, order_id: int, verb: str) -> None:
        path = f"/reservations/{order_id}/{verb}"
        answer = await self._call("POST", path, SETTLE_SECONDS)
        if answer.status_code != 200:
            raise PeerFailed(f"{verb} of order {order_id} got {answer.status_code}")

    async def _call(
        self, method: str, path: str, seconds: float, **kwargs: Any
    ) -> httpx.Response:
        until = time.monotonic() + seconds
        answer = await self._ask(method, path, until, **kwargs)
        if answer.status_code == 401:
            # The key that signed our token may be gone: a new one has another.
            self._tokens.forget()
            answer = await self._ask(method, path, until, **kwargs)
        if answer.status_code == 401:
            raise PeerFailed("product-service does not accept our token")
        return answer

    async def _ask(
        self, method: str, path: str, until: float, **kwargs: Any
    ) -> httpx.Response:
        try:
            async with asyncio.timeout(until - time.monotonic()):
                headers = await self._tokens.headers()
        except TimeoutError as error:
            raise PeerUnreachable("no token of our own in time") from error
        left = until - time.monotonic()
        if left < LEAST_SECONDS:
            raise PeerUnreachable("no time left to ask product-service")
        # Whatever is asked of it here has one effect, however often it is asked.
        return await self._peer.call(
            method, path, left, repeatable=True, headers=headers, **kwargs
        )

    def _refusal(self, answer: httpx.Response) -> Exception:
        if not answer.headers.get("Content-Type", "").startswith(PROBLEM):
            return PeerFailed(f"product-service answered {answer.status_code}")
        problem = self._peer.read(answer, _Problem)
        if error := REJECTIONS.get(problem.code):
            items = [
                i.model_dump(mode="json", exclude_unset=True) for i in problem.items
            ]
            return error(problem.detail, **_facts(items))
        if answer.status_code == 409:
            return ReservationRefused(problem.detail)
        return PeerFailed(f"product-service answered {answer.status_code}")


def _as_sent(item: OrderItem) -> dict[str, Any]:
    sent: dict[str, Any] = {"product_id": item.product_id, "quantity": item.quantity}
    if item.agreed_price is not None:
        sent["unit_price"] = str(item.agreed_price)
    return sent


def _is_reserved(item: OrderItem, prices: Mapping[int, PricedItem]) -> bool:
    reserved = prices.get(item.product_id)
    return reserved is not None and item.accepts(reserved.unit_price)


def _facts(items: list[dict[str, Any]]) -> dict[str, Any]:
    """All rejected items; the facts of a single one are also at the top level."""
    single = items[0] if len(items) == 1 else {}
    return {"items": items, **{k: v for k, v in single.items() if k != "code"}}
