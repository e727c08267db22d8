"""Orders whose trace and request are known, for tests that look for both."""

import uuid
from dataclasses import dataclass

from tools.client.shop import Shop


@dataclass(frozen=True)
class KnownOrder:
    order_id: int
    trace_id: str
    request_id: str


async def place_known_order(shop: Shop) -> KnownOrder:
    """Places an order as a new customer, and waits until its mail is sent."""
    ada = await shop.register()
    lamp = await shop.sell(ada, quantity=5)
    trace_id, request_id = uuid.uuid4().hex, f"order-{uuid.uuid4().hex}"
    headers = {
        "traceparent": f"00-{trace_id}-00f067aa0ba902b7-01",
        "X-Request-ID": request_id,
    }
    body = {"product_id": lamp, "quantity": 1}
    answer = await shop.orders.post("/orders", json=body, headers=ada.headers | headers)
    assert answer.status_code == 201, answer.text
    order_id = answer.json()["id"]
    await shop.is_notified_of(ada, order_id, "order.created", within=60)
    return KnownOrder(order_id, trace_id, request_id)
