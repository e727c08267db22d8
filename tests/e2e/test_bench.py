"""The benchmark measures what it says it measures."""

from chassis.testing import eventually
from tools.bench import wrk
from tools.bench.journeys import Journeys
from tools.bench.measuring import cost_of
from tools.client.shop import Shop
from tools.local.lifecycle import Platform


async def test_order_costs_the_services_that_carry_it_out(
    platform: Platform, shop: Shop
) -> None:
    journeys = await Journeys.prepared(shop)
    cost = await cost_of(
        platform, journeys.order(), times=15, at_once=2, until=journeys.all_are_notified
    )
    assert cost.times == 15
    for service in ("product-service", "order-service", "notification-service"):
        assert cost.cpu_ms(service) > 1
    assert len(await _orders(shop, journeys)) == 15


async def _orders(shop: Shop, journeys: Journeys) -> list[object]:
    answer = await shop.orders.get("/orders", headers=journeys.customer.headers)
    placed: list[object] = answer.json()
    return placed


async def test_wrk_sends_each_request_in_turn(platform: Platform, shop: Shop) -> None:
    seller = await shop.register()
    products = [await shop.sell(seller, 5) for _ in range(2)]
    sent = [wrk.Request(f"/products/{each}") for each in products]
    load = await send_some(platform, sent)
    assert load.failed == 0


async def test_wrk_counts_answers_that_are_errors(platform: Platform) -> None:
    missing = [wrk.Request("/products/2147483647")]
    load = await send_some(platform, missing)
    assert load.failed == load.requests


async def send_some(platform: Platform, requests: list[wrk.Request]) -> wrk.Load:
    """Sends requests for a second, and again if the machine stalled meanwhile."""

    async def has_sent_some() -> wrk.Load | None:
        load = await wrk.send(platform.url("product-service"), requests, seconds=1)
        return load if load.requests > 2 else None

    return await eventually(has_sent_some, within=30)
