"""The orders of the demo, and the status that each of them reaches."""

import asyncio
import time
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from tools.client.generated.order_service import (
    OrderLine,
    OrderRead,
    OrderService,
    OrderStatus,
)
from tools.client.service import Answer
from tools.client.services import Services
from tools.demo.people import People

ORDERS = Path(__file__).with_name("orders.toml")
PATIENCE_SECONDS = 60

End = Literal["confirmed", "shipped", "delivered", "cancelled", "refused"]
# `pending` is not an end: such an order settles by itself.
STEPS: dict[End, list[OrderStatus]] = {
    "confirmed": [],
    "shipped": ["shipped"],
    "delivered": ["shipped", "delivered"],
    "cancelled": ["cancelled"],
    "refused": [],
}

Lines = frozenset[tuple[int, int]]  # product ids and quantities


@dataclass(frozen=True)
class Plan:
    """
    Attributes:
        items: quantities, by the names of the goods.
    """

    customer: str
    ends: End
    items: dict[str, int]


def load_orders() -> list[Plan]:
    return [Plan(**plan) for plan in tomllib.loads(ORDERS.read_text())["orders"]]


@dataclass(frozen=True)
class Fulfilment:
    """Places each order and moves it on to its end, from its present state.

    Attributes:
        placed: the orders of each customer that are not pending, by their lines.
    """

    services: Services
    admin_token: str
    people: People
    product_ids: Mapping[str, int]
    placed: Mapping[str, Mapping[Lines, OrderRead]]

    @classmethod
    async def prepared(
        cls,
        services: Services,
        admin_token: str,
        people: People,
        product_ids: Mapping[str, int],
    ) -> Self:
        orders = services.orders.signed_in(admin_token)
        placed = {
            name: await _placed_by(user_id, orders)
            for name, user_id in people.user_ids.items()
        }
        return cls(services, admin_token, people, product_ids, placed)

    async def complete(self, plan: Plan) -> bool:
        """Returns whether anything changed."""
        lines = frozenset((self.product_ids[k], n) for k, n in plan.items.items())
        found = self.placed[plan.customer].get(lines)
        order = found or await self._place(lines, plan.customer)
        if order is None:
            return True
        steps = missing_steps(order["status"], plan.ends)
        for status in steps:
            await self._move(order["id"], status, plan.customer)
        return found is None or bool(steps)

    async def _place(self, lines: Lines, customer: str) -> OrderRead | None:
        """Returns the confirmed order; None if the stock is insufficient."""
        items: list[OrderLine] = [
            {"product_id": p, "quantity": n} for p, n in sorted(lines)
        ]
        key = "-".join(["demo", *(f"{p}x{n}" for p, n in sorted(lines))])
        address = self.people.address(customer)
        orders = self.services.orders.signed_in(await self.people.token(customer))
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = await orders.place_order(
                {"items": items, "shipping_address": address}, idempotency_key=key
            )
            if _is_final(answer) or time.monotonic() > deadline:
                break
            pause = answer.response.headers.get("Retry-After", "0.5")
            await asyncio.sleep(float(pause))
        return None if answer.is_problem("insufficient_stock") else answer.expect(201)

    async def _move(self, order_id: int, status: OrderStatus, customer: str) -> None:
        cancels = status == "cancelled"
        token = await self.people.token(customer) if cancels else self.admin_token
        orders = self.services.orders.signed_in(token)
        (await orders.change_order_status(order_id, {"status": status})).expect(200)


async def _placed_by(user_id: int, orders: OrderService) -> dict[Lines, OrderRead]:
    """Returns the user's orders that are not pending, also the rejected ones."""
    placed = {}
    cancelled: OrderStatus = "cancelled"
    for status in (None, cancelled):
        first = await orders.list_orders(user_id=user_id, status=status, limit=100)
        async for order in orders.every(first):
            if order["status"] != "pending":
                placed[_lines(order)] = order
    return placed


def _lines(order: OrderRead) -> Lines:
    return frozenset((line["product_id"], line["quantity"]) for line in order["items"])


def missing_steps(status: OrderStatus, ends: End) -> list[OrderStatus]:
    steps = STEPS[ends]
    if status in steps:
        return steps[steps.index(status) + 1 :]
    # An order in any other state was changed by a person, and stays as it is.
    return steps if status == "confirmed" else []


def _is_final(answer: Answer[OrderRead]) -> bool:
    return answer.status not in (202, 503) and not answer.is_problem(
        "request_in_progress"
    )
