"""`python -m observability.story MODE`, as `make trace` calls it: follows one order.

Somebody new orders something, and everything that any service has logged of it is shown
as it happened: they all wrote down the same trace.
"""

import os
import secrets
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from observability.lines import Line, local_logs, read_lines
from tools.demo.clients import DemoError, Doors, Headers, expect, open_doors
from tools.local.polling import wait_until

NOTIFIED_SECONDS = 15.0
JAEGER = "http://localhost:16686"


@dataclass(frozen=True)
class Story:
    """
    Attributes:
        seconds: from sending the order until its answer.
    """

    trace_id: str
    order: dict[str, Any]
    seconds: float
    notifications: list[dict[str, Any]]
    lines: list[Line]


def live(doors: Doors, mode: str) -> Story:
    customer = _newcomer(doors)
    product = _product(doors, customer)
    trace_id = secrets.token_hex(16)
    started = time.time()
    order = expect(
        doors.orders.post(
            "/orders",
            json={"product_id": product["id"], "quantity": 1},
            headers={**customer, **_traceparent(trace_id)},
        ),
        201,
        202,
    )
    seconds = time.time() - started
    notifications = _notifications(doors, customer, order["id"])
    lines = read_lines(mode, started, trace_id)
    return Story(trace_id, order, seconds, notifications, lines)


def _newcomer(doors: Doors) -> Headers:
    username, password = f"visitor-{secrets.token_hex(4)}", secrets.token_urlsafe(16)
    account = {"username": username, "password": password}
    expect(
        doors.users.post(
            "/register", json={**account, "email": f"{username}@example.com"}
        ),
        201,
    )
    tokens = expect(doors.users.post("/login", data=account), 200)
    return {"Authorization": f"Bearer {tokens['access_token']}"}


def _product(doors: Doors, seller: Headers) -> dict[str, Any]:
    offered = doors.products.get("/products", params={"in_stock": "true", "limit": "1"})
    found: list[dict[str, Any]] = expect(offered, 200)
    if found:
        return found[0]
    lamp = {"name": "Desk lamp", "price": "19.99", "quantity": 10}
    added = doors.products.post("/products", json=lamp, headers=seller)
    offer: dict[str, Any] = expect(added, 201)
    return offer


def _traceparent(trace_id: str) -> Headers:
    """As if the customer's own program recorded the trace: then everybody does."""
    return {"traceparent": f"00-{trace_id}-{secrets.token_hex(8)}-01"}


def _notifications(
    doors: Doors, customer: Headers, order_id: int
) -> list[dict[str, Any]]:
    """Returns the customer's notifications, after waiting for a while if need be."""
    found: list[dict[str, Any]] = []

    def is_notified() -> bool:
        answer = doors.notifications.get(
            "/notifications", params={"order_id": str(order_id)}, headers=customer
        )
        found[:] = expect(answer, 200)
        return bool(found) and all(n["status"] != "pending" for n in found)

    wait_until(is_notified, NOTIFIED_SECONDS)
    return found


def tell(story: Story) -> Iterator[str]:
    order = story.order
    milliseconds = f"{story.seconds * 1000:.0f} ms"
    yield f"{order['order_number']}: {order['status']} after {milliseconds}"
    yield ""
    yield f"  {'after':>9} {'takes':>9}  {'service':<22}what it logged"
    begin = min((line.began_at for line in story.lines), default=0.0)
    for line in story.lines:
        after = f"{(line.began_at - begin) * 1000:.0f} ms"
        takes = "" if line.seconds is None else f"{line.seconds * 1000:.0f} ms"
        yield f"  {after:>9} {takes:>9}  {line.service:<22}{line.text}"
    if not story.lines:
        yield "  nothing: are these the logs of what answers there?"
    yield ""
    for sent in story.notifications:
        yield f"  event {sent['event_type']} {sent['event_id']}"
        how = f"by {sent['channel']} to {sent['recipient']}, {sent['status']}"
        yield f"  notification {sent['id']} {how}"
    if not story.notifications:
        yield "  no user was notified: see docs/runbooks/README.md"


def where_else(trace_id: str, mode: str, jaeger: str) -> Iterator[str]:
    is_local = mode == "local"
    logs = f"cat {local_logs()}/*.log" if is_local else "docker compose logs"
    yield f"  {'its lines':<14}{logs} | grep {trace_id}"
    try:
        httpx.get(jaeger, timeout=2)
    except httpx.TransportError:
        return
    yield f"  {'its spans':<14}{jaeger}/trace/{trace_id}"


def main(mode: str) -> int:
    try:
        with open_doors(os.environ) as doors:
            story = live(doors, mode)
    except (DemoError, httpx.HTTPError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    jaeger = os.environ.get("JAEGER_URL", JAEGER)
    print("\n".join([*tell(story), "", *where_else(story.trace_id, mode, jaeger)]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
