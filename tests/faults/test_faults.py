"""Processes die; orders do not get lost."""

import asyncio
import uuid

import httpx
import psycopg
import pytest

from chassis.testing import eventually
from local.platform import Platform
from tests.shop import Person, Shop


async def test_an_order_service_killed_between_reserving_and_confirming_settles(
    shop: Shop, platform: Platform
) -> None:
    seller, ada = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=5)
    database = platform.environment("order-service")["DATABASE_URL"]
    conninfo = database.replace("postgresql+psycopg", "postgresql")
    async with await psycopg.AsyncConnection.connect(conninfo) as connection:
        # Confirming puts its event into the outbox, and gets no further than that.
        await connection.execute("LOCK TABLE outbox IN SHARE MODE")
        placing = asyncio.create_task(shop.order(ada, lamp))
        await shop.is_at_rest(lamp, reserved=1, available=4)
        await asyncio.to_thread(platform.kill, "order-service")
        with pytest.raises(httpx.HTTPError):
            await placing
    await asyncio.to_thread(platform.wait_ready, "order-service")
    # Nobody was told of the order: it is withdrawn.
    await shop.is_at_rest(lamp, reserved=0, available=5)
    assert await shop.statuses(ada) == {}


@pytest.mark.parametrize(
    "victim",
    [
        "user-service",
        "product-service",
        "order-service",
        "notification-service",
        "rabbitmq",
        "redis",
        "postgres",
    ],
)
async def test_a_kill_during_a_stream_of_orders_loses_and_doubles_nothing(
    shop: Shop, platform: Platform, victim: str
) -> None:
    seller, ada = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=1000)
    stop = asyncio.Event()
    placed: set[int] = set()
    customers = [
        asyncio.create_task(_keep_ordering(shop, ada, lamp, stop, placed))
        for _ in range(4)
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
    for order_id in placed:
        await shop.is_notified_of(ada, order_id, "order.created", within=40)


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
            assert answer.status_code in (201, 202, 409, 503), answer.text
            if answer.status_code > 202:
                return None
            order_id: int = answer.json()["id"]
            return order_id

        placed.add(await eventually(is_placed, within=60, every=0.2))
