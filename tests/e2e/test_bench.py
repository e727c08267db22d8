"""The benchmark measures what it says it measures."""

from tests.shop import Shop
from tools.bench.journeys import Journeys
from tools.bench.measuring import measure
from tools.local.lifecycle import Platform


async def test_an_order_costs_who_is_at_work_on_it_cpu(
    platform: Platform, shop: Shop
) -> None:
    journeys = await Journeys.prepared(shop)
    cost = await measure(
        platform, journeys.order(), times=15, at_once=2, until=journeys.all_are_notified
    )
    assert len(cost.waits) == 15
    for service in ("product-service", "order-service", "notification-service"):
        assert cost.cpu_ms(service) > 1
    assert 0 < cost.wait_ms(0.5) <= cost.wait_ms(1)
    assert len(await _orders(shop, journeys)) == 15


async def _orders(shop: Shop, journeys: Journeys) -> list[object]:
    answer = await shop.orders.get("/orders", headers=journeys.customer.headers)
    placed: list[object] = answer.json()
    return placed
