"""Processes die and hang; orders do not get lost."""

import asyncio
import uuid

import httpx
import psycopg
import pytest

from chassis.testing import eventually
from local.platform import Platform
from tests.shop import Person, Shop

ANSWERED_WITHIN = 3.5


async def test_with_the_broker_down_orders_are_placed_and_told_when_it_is_back(
    shop: Shop, platform: Platform
) -> None:
    seller, ada = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=5)
    await asyncio.to_thread(platform.stop, ["rabbitmq"])
    answer = await shop.order(ada, lamp)
    assert answer.status_code == 201
    health = (await shop.orders.get("/health")).json()
    assert health["status"] == "degraded"
    assert health["checks"]["broker"] == "down"
    await asyncio.to_thread(platform.start, ["rabbitmq"])
    await shop.is_notified_of(ada, answer.json()["id"], "order.created", within=40)


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


async def test_an_order_whose_reservation_is_not_answered_is_accepted_and_settles(
    shop: Shop, platform: Platform
) -> None:
    seller, ada = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=5)
    assert (await shop.order(ada, lamp)).status_code == 201
    with platform.paused("product-service"):
        answer = await asyncio.wait_for(shop.order(ada, lamp), ANSWERED_WITHIN)
    assert answer.status_code == 202
    order_id = answer.json()["id"]
    await shop.is_notified_of(ada, order_id, "order.created", within=30)
    assert (await shop.order_of(ada, order_id))["status"] == "confirmed"
    await shop.is_at_rest(lamp, reserved=2, available=3)


async def test_without_product_service_nothing_is_taken(
    shop: Shop, platform: Platform
) -> None:
    seller, ada = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=5)
    await asyncio.to_thread(platform.stop, ["product-service"])
    answer = await asyncio.wait_for(shop.order(ada, lamp), ANSWERED_WITHIN)
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    await asyncio.to_thread(platform.start, ["product-service"])
    await shop.is_at_rest(lamp, reserved=0, available=5)
    assert await shop.statuses(ada) == {}


@pytest.mark.parametrize("state", ["stopped", "paused"])
async def test_without_user_service_nobody_gets_through(
    shop: Shop, platform: Platform, state: str
) -> None:
    ada = await shop.register()
    if state == "stopped":
        await asyncio.to_thread(platform.stop, ["user-service"])
        answer = await shop.orders.get("/orders", headers=ada.headers)
        await asyncio.to_thread(platform.start, ["user-service"])
    else:
        with platform.paused("user-service"):
            listing = shop.orders.get("/orders", headers=ada.headers)
            answer = await asyncio.wait_for(listing, ANSWERED_WITHIN)
    assert answer.status_code == 503
    assert answer.json()["code"] == "authentication_unavailable"


async def test_a_hung_database_is_told_of_in_time_and_then_forgotten(
    shop: Shop, platform: Platform
) -> None:
    seller, ada = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=5)
    with platform.paused("postgres"):
        answer = await asyncio.wait_for(shop.order(ada, lamp), ANSWERED_WITHIN)
        assert answer.status_code == 503

    async def is_well() -> bool:
        return (await shop.order(ada, lamp)).status_code == 201

    await eventually(is_well, within=20)


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
