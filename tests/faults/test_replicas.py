"""One of two replicas of the gateway and of each service is killed; customers go on."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import cycle

import httpx
import pytest

from chassis.testing import eventually
from tests.replicas import Replicas
from tools.client.shop import Person, Shop

PIECES = 100_000
# Product-service comes before order-service, which still takes orders without it.
KILLED_IN_TURN = (
    *("api-gateway", "product-service", "user-service"),
    *("notification-service", "order-service"),
)


async def order_at_either(
    replicas: Iterator[Shop], customer: Person, product_id: int
) -> int:
    """Asks each replica in turn until one has placed the order; returns its id."""
    key = uuid.uuid4().hex

    async def is_placed() -> int | None:
        try:
            answer = await next(replicas).order(customer, product_id, key=key)
        except httpx.TransportError:
            return None
        assert answer.status_code in (201, 202, 409, 502, 503, 504), answer.text
        if answer.status_code > 202:
            return None
        order_id: int = answer.json()["id"]
        return order_id

    return await eventually(is_placed, within=60, every=0.1)


@asynccontextmanager
async def ordering(
    replicas: tuple[Shop, ...], customer: Person, product_id: int, placed: set[int]
) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Four clients place orders meanwhile; yields what waits for some more."""
    is_over = False

    async def keep_ordering(turns: Iterator[Shop]) -> None:
        while not is_over:
            placed.add(await order_at_either(turns, customer, product_id))

    async def goes_on() -> None:
        goal = len(placed) + 20

        async def check() -> bool:
            return len(placed) >= goal

        await eventually(check, within=60)

    async with asyncio.TaskGroup() as clients:
        for _ in range(4):
            clients.create_task(keep_ordering(cycle(replicas)))
        try:
            yield goes_on
        finally:
            is_over = True


@pytest.mark.slow
async def test_kill_of_one_replica_loses_nothing(
    shop: Shop, public_shop: Shop, other: Shop, replicas: Replicas
) -> None:
    seller, ada = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=PIECES)
    placed: set[int] = set()
    async with (
        Shop(replicas, through_gateway=True) as public_other,
        ordering(
            (shop, other, public_shop, public_other), ada, lamp, placed
        ) as goes_on,
    ):
        for service in KILLED_IN_TURN:
            await goes_on()
            replicas.kill(service)
        await goes_on()

    async def are_confirmed() -> bool:
        statuses = await shop.statuses(ada)
        assert statuses == {"confirmed": len(placed)}, (statuses, len(placed))
        return True

    await eventually(are_confirmed, within=60, every=0.5)
    await shop.is_at_rest(lamp, len(placed), PIECES - len(placed))
    await shop.are_notified_of(ada, placed, "order.created")
