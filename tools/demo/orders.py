"""The orders of the demo: what is ordered, and how far each of them gets."""

import time
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import httpx

from tools.demo.clients import Doors, Headers, every, expect
from tools.demo.people import Guests

ORDERS = Path(__file__).with_name("orders.toml")
PATIENCE_SECONDS = 60

End = Literal["confirmed", "shipped", "delivered", "cancelled", "refused"]
# `pending` is no end: such an order settles by itself.
STEPS: dict[End, list[str]] = {
    "confirmed": [],
    "shipped": ["shipped"],
    "delivered": ["shipped", "delivered"],
    "cancelled": ["cancelled"],
    "refused": [],
}

Json = dict[str, Any]
Lines = frozenset[tuple[int, int]]  # how many of which products


@dataclass(frozen=True)
class Plan:
    """
    Attributes:
        items: how many of which goods, by their names.
    """

    customer: str
    ends: End
    items: dict[str, int]


def load_orders() -> list[Plan]:
    return [Plan(**plan) for plan in tomllib.loads(ORDERS.read_text())["orders"]]


class Fulfilment:
    """Brings each order to its end, from wherever it is."""

    def __init__(
        self,
        doors: Doors,
        administrator: Headers,
        guests: Guests,
        product_ids: Mapping[str, int],
    ) -> None:
        self._doors = doors.orders
        self._administrator = administrator
        self._guests = guests
        self._product_ids = product_ids
        self._settled = {
            name: self._find_settled(user_id)
            for name, user_id in guests.user_ids.items()
        }

    def _find_settled(self, user_id: int) -> dict[Lines, Json]:
        """The user's orders, by what is ordered; refused attempts too."""
        of_user = {"user_id": str(user_id)}
        cancelled = {**of_user, "status": "cancelled"}
        listed = [
            *every(self._doors, "/orders", self._administrator, **of_user),
            *every(self._doors, "/orders", self._administrator, **cancelled),
        ]
        return {_lines(o): o for o in listed if o["status"] != "pending"}

    def bring_to_its_end(self, plan: Plan) -> bool:
        """Returns whether there was anything to do."""
        lines = frozenset((self._product_ids[k], n) for k, n in plan.items.items())
        found = self._settled[plan.customer].get(lines)
        order = found or self._place(lines, plan.customer)
        steps = missing_steps(order, plan.ends) if order else []
        for status in steps:
            self._move(order, status, plan.customer)
        return found is None or bool(steps)

    def _place(self, lines: Lines, customer: str) -> Json:
        """The order once it is confirmed; nothing when there is not enough in stock."""
        items = [{"product_id": p, "quantity": n} for p, n in sorted(lines)]
        key = "-".join(["demo", *(f"{p}x{n}" for p, n in sorted(lines))])
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = self._doors.post(
                "/orders",
                json={
                    "items": items,
                    "shipping_address": self._guests.address(customer),
                },
                headers={**self._guests.headers(customer), "Idempotency-Key": key},
            )
            if _is_final(answer) or time.monotonic() > deadline:
                break
            # The shop says when to come back.
            time.sleep(float(answer.headers.get("Retry-After", "0.5")))
        if _refuses(answer, "insufficient_stock"):
            return {}
        order: Json = expect(answer, 201)
        return order

    def _move(self, order: Json, status: str, customer: str) -> None:
        cancels = status == "cancelled"
        by = self._guests.headers(customer) if cancels else self._administrator
        path = f"/orders/{order['id']}/status"
        expect(self._doors.patch(path, json={"status": status}, headers=by), 200)


def _lines(order: Json) -> Lines:
    return frozenset((line["product_id"], line["quantity"]) for line in order["items"])


def missing_steps(order: Json, ends: End) -> list[str]:
    steps = STEPS[ends]
    if order["status"] in steps:
        return steps[steps.index(order["status"]) + 1 :]
    # Not confirmed either: then somebody else has decided on it.
    return steps if order["status"] == "confirmed" else []


def _is_final(answer: httpx.Response) -> bool:
    if _refuses(answer, "request_in_progress"):
        return False
    return answer.status_code not in (202, 503)


def _refuses(answer: httpx.Response, code: str) -> bool:
    return answer.status_code == 409 and answer.json()["code"] == code
