"""Processes die; orders do not get lost."""

import asyncio
import shutil
import uuid

import httpx
import pytest

from chassis.testing import eventually
from tools.client.shop import Person, Shop
from tools.local.lifecycle import Platform


async def test_broker_without_data_is_set_up_again(
    shop: Shop, platform: Platform
) -> None:
    seller, ada = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=5)
    await asyncio.to_thread(platform.stop, ["rabbitmq"])
    shutil.rmtree(platform.layout.data("rabbitmq"))
    answer = await shop.order(ada, lamp)
    await asyncio.to_thread(platform.start, ["rabbitmq"])
    await shop.is_notified_of(ada, answer.json()["id"], "order.created", within=40)


@pytest.mark.parametrize(
    "victim",
    [
        "api-gateway",
        "user-service",
        "product-service",
        "order-service",
        "notification-service",
        "rabbitmq",
        "redis",
        "postgres",
    ],
)
async def test_kill_during_orders_loses_and_repeats_nothing(
    shop: Shop, public_shop: Shop, platform: Platform, victim: str
) -> None:
    seller, ada = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=1000)
    stop = asyncio.Event()
    placed: set[int] = set()
    customers = [
        asyncio.create_task(_keep_ordering(each, ada, lamp, stop, placed))
        for each in (shop, public_shop) * 2
    ]

    async def has_placed(more: int) -> None:
        goal = len(placed) + more

        async def check() -> bool:
            return len(placed) >= goal

        await eventually(check, within=60)

    await has_placed(20)
    await asyncio.to_thread(platform.kill, victim)
    await asyncio.to_thread(platform.wait_ready, victim)
    await has_placed(20)
    stop.set()
    await asyncio.gather(*customers)

    async def at_rest() -> bool:
        statuses = await shop.statuses(ada)
        assert statuses == {"confirmed": len(placed)}, (statuses, len(placed))
        return True

    await eventually(at_rest, within=40, every=0.5)
    await shop.is_at_rest(lamp, reserved=len(placed), available=1000 - len(placed))
    await shop.are_notified_of(ada, placed, "order.created")


async def _keep_ordering(
    shop: Shop, customer: Person, product_id: int, stop: asyncio.Event, placed: set[int]
) -> None:
    """Orders one piece after another; each with a key, until it is placed."""
    while not stop.is_set():
        key = uuid.uuid4().hex

        async def is_placed(key: str = key) -> int | None:
            try:
                answer = await shop.order(customer, product_id, key=key)
            except httpx.TransportError:
                return None
            assert answer.status_code in (201, 202, 409, 502, 503, 504), answer.text
            if answer.status_code > 202:
                return None
            order_id: int = answer.json()["id"]
            return order_id

        placed.add(await eventually(is_placed, within=60, every=0.2))
