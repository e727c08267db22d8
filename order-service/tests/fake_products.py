"""A fake of product-service, which keeps stock and reservations in memory."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

from structlog.contextvars import get_contextvars

from app.clients.products import (
    Closed,
    Declined,
    NothingReserved,
    ProductsClient,
    Reservation,
    Reserved,
    Unknown,
)
from app.errors import (
    RESERVATION_REJECTIONS,
    InsufficientStock,
    PriceChanged,
    UnknownProduct,
)
from app.models import Order, PricedItem
from chassis import Deadline, PeerTimeout, Unavailable


class FakeProducts(ProductsClient):
    """Sells products 1 to 9 at 10.00 each.

    Attributes:
        before_response: awaited between a reservation and its response.
        failure: the error of every call, if set.
        request_ids: the id of the request that caused each call.
    """

    def __init__(self) -> None:
        self.available = dict.fromkeys(range(1, 10), 100)
        self.price = Decimal("10.00")
        self.reserved: dict[int, Counter[int]] = {}
        self.released: list[int] = []
        self.committed: list[int] = []
        self.failure: Exception | None = None
        self.request_ids: list[str | None] = []
        self.before_response: Callable[[Order], Awaitable[None]] | None = None

    async def reserve(self, order: Order, deadline: Deadline) -> Reservation:
        if deadline.is_over:
            return NothingReserved()
        try:
            return await self._reserve(order)
        except PeerTimeout:
            return Unknown()
        except Unavailable:
            return NothingReserved()
        except RESERVATION_REJECTIONS as rejection:
            return Declined(rejection)

    async def _reserve(self, order: Order) -> Closed | Reserved:
        self._begin_call()
        if order.id in self.released:
            return Closed()
        wanted: Counter[int] = Counter()
        for item in order.items:
            wanted[item.product_id] += item.quantity
        if order.id not in self.reserved:
            self._take(order, wanted)
        if self.before_response is not None:
            await self.before_response(order)
        return Reserved({i: PricedItem(f"Product {i}", self.price) for i in wanted})

    def _begin_call(self) -> None:
        if self.failure is not None:
            raise self.failure
        self.request_ids.append(get_contextvars().get("request_id"))

    def _take(self, order: Order, wanted: Counter[int]) -> None:
        for product_id, quantity in wanted.items():
            if product_id not in self.available:
                raise UnknownProduct("no such product", product_id=product_id)
            if self.available[product_id] < quantity:
                raise InsufficientStock("too few", product_id=product_id)
        if not all(item.accepts(self.price) for item in order.items):
            raise PriceChanged("another price", items=self._priced(wanted))
        for product_id, quantity in wanted.items():
            self.available[product_id] -= quantity
        self.reserved[order.id] = wanted

    def _priced(self, wanted: Counter[int]) -> list[dict[str, Any]]:
        code, price = "price_changed", str(self.price)
        return [{"product_id": i, "code": code, "unit_price": price} for i in wanted]

    async def release(self, order_id: int) -> None:
        self._begin_call()
        self.released.append(order_id)
        for product_id, quantity in self.reserved.pop(order_id, Counter()).items():
            self.available[product_id] += quantity

    async def commit(self, order_id: int) -> None:
        self._begin_call()
        self.committed.append(order_id)


async def die(_: Order) -> None:
    """As `before_response`, lets order-service die after the reservation."""
    raise asyncio.CancelledError
