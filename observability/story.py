"""`python -m observability.story MODE`, as `make trace` calls it: follows one order.

A new customer places an order, through the gateway if it runs. The gateway and all
services log its trace id, so that their lines can be shown in order.
"""

import asyncio
import os
import secrets
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from observability import elsewhere
from observability.elsewhere import Elsewhere
from observability.lines import Line, local_logs, read_lines
from tools.client.generated.notification_service import NotificationRead
from tools.client.generated.order_service import OrderRead
from tools.client.running import find_gateway, running_services, through_gateway
from tools.client.service import UnexpectedAnswer
from tools.client.services import Services
from tools.local.errors import PlatformError

NOTIFIED_SECONDS = 15.0


@dataclass(frozen=True)
class Story:
    """
    Attributes:
        seconds: from sending the order until its answer.
    """

    trace_id: str
    order: OrderRead
    seconds: float
    notifications: list[NotificationRead]
    lines: list[Line]


async def live(services: Services, mode: str) -> Story:
    token = await _register(services)
    product_id = await _product(services, token)
    trace_id = secrets.token_hex(16)
    orders = services.orders.signed_in(token).with_headers(_traceparent(trace_id))
    started = time.time()
    placed = await orders.place_order(
        {"items": [{"product_id": product_id, "quantity": 1}]}
    )
    order = placed.expect(201, 202)
    seconds = time.time() - started
    notifications = await _notifications(services, token, order["id"])
    lines = read_lines(mode, started, trace_id)
    return Story(trace_id, order, seconds, notifications, lines)


async def _register(services: Services) -> str:
    """Returns the access token of a new customer."""
    username, password = f"visitor-{secrets.token_hex(4)}", secrets.token_urlsafe(16)
    registered = await services.users.register_user(
        {
            "username": username,
            "password": password,
            "email": f"{username}@example.com",
        }
    )
    registered.expect(201)
    answer = await services.users.log_in({"username": username, "password": password})
    return answer.expect(200)["access_token"]


async def _product(services: Services, token: str) -> int:
    """Returns the id of a product in stock; offers one if there is none."""
    in_stock = await services.products.list_products(in_stock=True, limit=1)
    if found := in_stock.expect(200):
        return found[0]["id"]
    products = services.products.signed_in(token)
    created = await products.create_product(
        {"name": "Desk lamp", "price": "19.99", "quantity": 10}
    )
    return created.expect(201)["id"]


def _traceparent(trace_id: str) -> dict[str, str]:
    """A sampled trace that the customer began, so that every service records it."""
    return {"traceparent": f"00-{trace_id}-{secrets.token_hex(8)}-01"}


async def _notifications(
    services: Services, token: str, order_id: int
) -> list[NotificationRead]:
    """Returns the notifications, after waiting for a while until they are sent."""
    notifications = services.notifications.signed_in(token)
    deadline = time.monotonic() + NOTIFIED_SECONDS
    while True:
        listed = await notifications.list_notifications(order_id=order_id)
        found = listed.expect(200)
        is_sent = found and all(n["status"] != "pending" for n in found)
        if is_sent or time.monotonic() > deadline:
            return found
        await asyncio.sleep(0.1)


def render(story: Story) -> Iterator[str]:
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


def where_else(trace_id: str, mode: str, others: Elsewhere) -> Iterator[str]:
    is_local = mode == "local"
    logs = f"cat {local_logs()}/*.log" if is_local else "docker compose logs"
    yield f"  {'its lines':<14}{logs} | grep {trace_id}"
    for command in others.lines_of(f'{{service=~".+"}} |= "{trace_id}"'):
        yield f"  {'in Loki':<14}{command}"
    for address in others.spans_of(trace_id):
        yield f"  {'its spans':<14}{address}"


async def _live(mode: str) -> Story:
    async with running_services(os.environ) as services:
        gateway = await find_gateway(os.environ)
        if gateway is None:
            print(
                "  The gateway is not ready, so order-service gets the order directly."
            )
            return await live(services, mode)
    async with through_gateway(gateway) as services:
        return await live(services, mode)


def main(mode: str) -> int:
    try:
        story = asyncio.run(_live(mode))
    except (PlatformError, UnexpectedAnswer, httpx.HTTPError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    places = where_else(story.trace_id, mode, elsewhere.found())
    print("\n".join([*render(story), "", *places]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
