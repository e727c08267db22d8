"""One order is one trace, from the customer's request to the notification."""

import signal
import uuid

import httpx
import pytest

from chassis.testing import Collector, eventually
from observability.telemetry import registry
from tools.client.shop import Person, Shop
from tools.local.lifecycle import Platform

ORDER = ["order-service: POST /orders"]
VALIDATION = ["user-service: POST /validate-token", "user-service: SELECT sessions"]
RESERVATION = [*ORDER, "order-service: PUT"]
RESERVED = [*RESERVATION, "product-service: PUT /reservations/{order_id}"]
PUBLISHED = [*ORDER, "order-service: publish order.created"]
PROCESSED = [*PUBLISHED, "notification-service: process order.created"]
MAILED = [*PROCESSED, "notification-service: send mail"]
PASSED_ON = ["api-gateway: POST /api/v1/orders"]


class Traced:
    """A customer whose requests are one trace."""

    def __init__(self, shop: Shop, collector: Collector) -> None:
        self._shop = shop
        self._collector = collector
        self._trace_id = uuid.uuid4().hex

    async def order(self, customer: Person, product_id: int) -> httpx.Response:
        traceparent = f"00-{self._trace_id}-00f067aa0ba902b7-01"
        return await self._shop.orders.post(
            "/orders",
            json={"product_id": product_id, "quantity": 1},
            headers=customer.headers | {"traceparent": traceparent},
        )

    async def look_at(self, path: str) -> None:
        traceparent = f"00-{self._trace_id}-00f067aa0ba902b7-01"
        await self._shop.orders.get(path, headers={"traceparent": traceparent})

    async def look_for_nothing(self) -> None:
        traceparent = f"00-{self._trace_id}-00f067aa0ba902b7-01"
        await self._shop.products.get("/none", headers={"traceparent": traceparent})

    def routes(self) -> set[str]:
        """Returns the routes of the requests."""
        spans = self._collector.trace(self._trace_id)
        return {span.attributes.get("http.route", "") for span in spans} - {""}

    def ways(self) -> list[list[str]]:
        """Returns the chain from each received span to the first one."""
        spans = self._collector.trace(self._trace_id)
        return [self._collector.way(span) for span in spans]

    async def has(self, *ways: list[str], within: float = 30) -> None:
        async def check() -> bool:
            missing = [way for way in ways if way not in self.ways()]
            assert not missing, f"{missing} not in {self.ways()}"
            return True

        await eventually(check, within=within)


@pytest.fixture
def traced(shop: Shop, collector: Collector) -> Traced:
    return Traced(shop, collector)


@pytest.fixture
def publicly_traced(public_shop: Shop, collector: Collector) -> Traced:
    return Traced(public_shop, collector)


async def test_order_is_one_trace_through_all_services(
    shop: Shop, traced: Traced
) -> None:
    seller, ada = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=5)
    assert (await traced.order(ada, lamp)).status_code == 201
    await traced.has(
        ORDER,
        [*ORDER, "order-service: POST", *VALIDATION],
        # Statements of several parts, which store and confirm the order.
        [*ORDER, "order-service: INSERT orders"],
        [*ORDER, "order-service: UPDATE orders"],
        RESERVED,
        [*RESERVED, "product-service: INSERT reservations"],
        [*RESERVED, "product-service: EVALSHA"],
        PUBLISHED,
        PROCESSED,
        [*PROCESSED, "notification-service: INSERT inbox"],
        MAILED,
    )
    roots = {way[0] for way in traced.ways()}
    assert roots == set(ORDER)


async def test_order_through_gateway_is_one_trace(
    shop: Shop, publicly_traced: Traced
) -> None:
    seller, ada = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=5)
    assert (await publicly_traced.order(ada, lamp)).status_code == 201
    await publicly_traced.has(
        PASSED_ON, *([*PASSED_ON, *way] for way in (ORDER, RESERVED, MAILED))
    )
    assert {way[0] for way in publicly_traced.ways()} == set(PASSED_ON)


async def test_route_at_gateway_is_a_template(publicly_traced: Traced) -> None:
    await publicly_traced.look_at("/orders/4711")
    routes = ("/api/v1/orders/{order_id}", "/orders/{order_id}")
    await publicly_traced.has(
        [f"api-gateway: GET {routes[0]}", f"order-service: GET {routes[1]}"]
    )
    assert publicly_traced.routes() == set(routes)


async def test_spans_are_exactly_those_of_the_registry(
    shop: Shop, traced: Traced, collector: Collector
) -> None:
    seller, ada = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=5)
    assert (await traced.order(ada, lamp)).status_code == 201
    await traced.look_for_nothing()
    await traced.has(MAILED, ["product-service: GET"])
    found = collector.spans()
    named = registry.spans().values()
    unknown = [
        span
        for span in found
        if not any(
            span.service in entry.services
            and entry.matches(span.name, span.kind, span.attributes)
            for entry in named
        )
    ]
    assert unknown == []
    assert not [
        entry.name
        for entry in named
        if not any(entry.matches(s.name, s.kind, s.attributes) for s in found)
    ]


async def test_late_order_continues_its_trace(
    shop: Shop, traced: Traced, platform: Platform
) -> None:
    seller, ada = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=5)
    with platform.paused("product-service"):
        assert (await traced.order(ada, lamp)).status_code == 202
    await traced.has(RESERVED, MAILED)


@pytest.mark.slow
async def test_trace_survives_restart_of_broker(
    shop: Shop, traced: Traced, platform: Platform
) -> None:
    seller, ada = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=5)
    platform.kill("rabbitmq", signal.SIGKILL)
    assert (await traced.order(ada, lamp)).status_code == 201
    await traced.has(
        RESERVED,
        PUBLISHED,
        [*PROCESSED, "notification-service: INSERT inbox"],
        within=120,
    )
