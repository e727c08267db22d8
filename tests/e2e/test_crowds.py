"""Many clients at once: no piece is sold twice, and no service hangs."""

import asyncio
from collections import Counter

import httpx
from prometheus_client.parser import text_string_to_metric_families

from chassis.testing import eventually
from tools.client.shop import Person, Shop


async def settled(shop: Shop, customer: Person) -> Counter[str]:
    """Returns the customer's orders after all have settled."""

    async def check() -> Counter[str] | None:
        statuses = await shop.statuses(customer)
        return None if statuses["pending"] else statuses

    return await eventually(check, within=60, every=0.5)


async def test_200_concurrent_buyers_get_50_pieces(shop: Shop) -> None:
    seller, crowd = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=50)
    await asyncio.gather(*(shop.buy(crowd, lamp) for _ in range(200)))
    sold = (await settled(shop, crowd))["confirmed"]
    assert 0 < sold <= 50
    await shop.is_at_rest(lamp, reserved=sold, available=50 - sold)
    # If the platform was too busy to confirm an order in time, its piece is for sale
    # again: customers who were rejected meanwhile try once more.
    await asyncio.gather(*(shop.buy(crowd, lamp) for _ in range(60 - sold)))
    # A rejected order that was promised stays in the list.
    assert (await settled(shop, crowd))["confirmed"] == 50
    await shop.is_at_rest(lamp, reserved=50, available=0)


async def test_ten_concurrent_requests_with_one_key_order_once(shop: Shop) -> None:
    seller, ada = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=100)
    answers = await asyncio.gather(
        *(shop.order(ada, lamp, key="once") for _ in range(10))
    )
    assert {answer.status_code for answer in answers} <= {201, 202, 409}
    assert any(answer.status_code in (201, 202) for answer in answers)
    assert await settled(shop, ada) == {"confirmed": 1}
    await shop.is_at_rest(lamp, reserved=1, available=99)


async def test_100_concurrent_orders_do_not_exhaust_small_pool(shop: Shop) -> None:
    seller, crowd = await shop.register(), await shop.register()
    products = [await shop.sell(seller, quantity=100) for _ in range(10)]
    await asyncio.gather(*(shop.buy(crowd, products[n % 10]) for n in range(100)))
    assert await settled(shop, crowd) == {"confirmed": 100}
    for product_id in products:
        await shop.is_at_rest(product_id, reserved=10, available=90)


async def test_400_concurrent_buyers_all_get_an_answer(
    shop: Shop,
) -> None:
    seller, crowd = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=1000)
    before = await rejected_requests(shop.orders)
    answers = await rush(shop, crowd, lamp, people=400)
    assert {answer.status_code for answer in answers} <= {201, 202, 409, 503}
    refused = [answer for answer in answers if answer.status_code == 503]
    assert all("Retry-After" in answer.headers for answer in refused)
    assert await rejected_requests(shop.orders) > before

    async def is_well() -> bool:
        report = (await shop.orders.get("/health")).json()
        assert report["status"] == "healthy"
        return (await shop.order(crowd, lamp)).status_code == 201

    await eventually(is_well, within=60)


async def rush(
    shop: Shop, customer: Person, product_id: int, people: int
) -> list[httpx.Response]:
    """All customers order once, each over a separate connection.

    Raises:
        httpx.TransportError: somebody was not answered.
    """
    order = {"product_id": product_id, "quantity": 1}
    limits = httpx.Limits(max_connections=people)
    async with httpx.AsyncClient(
        base_url=shop.orders.base_url,
        headers=customer.headers,
        limits=limits,
        timeout=60,
    ) as client:
        return await asyncio.gather(
            *(client.post("/orders", json=order) for _ in range(people))
        )


async def rejected_requests(client: httpx.AsyncClient) -> float:
    metrics = (await client.get("/metrics")).text
    return sum(
        sample.value
        for family in text_string_to_metric_families(metrics)
        for sample in family.samples
        if sample.name == "http_requests_rejected_total"
    )
