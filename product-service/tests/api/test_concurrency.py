"""Many clients at once: no stock is sold twice or lost, and no request hangs."""

import asyncio
import itertools
import random
import time
from collections import Counter
from decimal import Decimal

import httpx
from sqlalchemy import func, select

from app.models import LedgerEntry, Product
from chassis import Database
from tests.factories import AS_OWNER, counts, offer, reserve, settle


async def reserve_patiently(
    client: httpx.AsyncClient, order_id: int, items: dict[int, int]
) -> httpx.Response:
    """Repeats the request after a 503, which took nothing, each time after a longer
    pause: otherwise the clients, who share the CPU with the service, leave it none."""
    deadline = time.monotonic() + 60
    for attempt in itertools.count():
        answer = await reserve(client, order_id, items)
        if answer.status_code != 503:
            break
        assert time.monotonic() < deadline, answer.text
        await asyncio.sleep(random.uniform(0.1, min(2**attempt, 16)))
    return answer


async def test_two_hundred_buyers_get_fifty_pieces(
    client: httpx.AsyncClient,
) -> None:
    lamp = await offer(client, quantity=50)
    answers = await asyncio.gather(
        *(reserve_patiently(client, order, {lamp: 1}) for order in range(1, 201))
    )
    outcomes = Counter(answer.json().get("code", "reserved") for answer in answers)
    assert outcomes == {"reserved": 50, "insufficient_stock": 150}
    assert await counts(client, lamp) == (50, 50)


async def test_overlapping_orders_do_not_block_each_other(
    client: httpx.AsyncClient,
) -> None:
    products = [await offer(client, quantity=100) for _ in range(6)]
    orders = [random.sample(products, 4) for _ in range(60)]
    answers = await asyncio.gather(
        *(
            reserve_patiently(client, number, dict.fromkeys(order, 1))
            for number, order in enumerate(orders, start=1)
        )
    )
    assert {answer.status_code for answer in answers} == {200}
    reserved = [(await counts(client, product))[1] for product in products]
    taken = Counter(product for order in orders for product in order)
    assert reserved == [taken[product] for product in products]


async def test_concurrent_requests_of_order_reserve_once(
    client: httpx.AsyncClient,
) -> None:
    lamp = await offer(client, quantity=10)
    answers = await asyncio.gather(*(reserve(client, 17, {lamp: 3}) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert all(answer.json() == answers[0].json() for answer in answers)
    assert await counts(client, lamp) == (10, 3)


async def test_concurrent_commit_and_release_have_one_winner(
    client: httpx.AsyncClient,
) -> None:
    lamp = await offer(client, quantity=10)
    for order in range(1, 6):
        await reserve(client, order, {lamp: 1})
        answers = await asyncio.gather(
            *(settle(client, order, verb) for verb in ("commit", "release") * 2)
        )
        statuses = Counter(answer.status_code for answer in answers)
        assert statuses == {200: 2, 409: 2}
    on_hand, reserved = await counts(client, lamp)
    assert reserved == 0
    assert 5 <= on_hand <= 10


async def test_early_release_refuses_late_reservation(
    client: httpx.AsyncClient,
) -> None:
    lamp = await offer(client, quantity=10)
    for order in range(1, 6):
        _, released = await asyncio.gather(
            reserve(client, order, {lamp: 1}), settle(client, order, "release")
        )
        assert released.status_code == 200
    assert await counts(client, lamp) == (10, 0)


async def test_concurrent_edits_and_deliveries_lose_nothing(
    client: httpx.AsyncClient, database: Database
) -> None:
    product_id = await offer(client, quantity=1)
    # Deliveries reach neither 30 nor 70: a quantity that is there already is no edit.
    changes: list[dict[str, object]] = [
        {"name": "Lantern"},
        {"price": "5.00"},
        {"category": "lighting"},
        {"quantity": 70},
        {"quantity": 30},
    ]
    delivery = {"quantity": 1, "reason": "delivery"}
    answers = await asyncio.gather(
        *(
            client.patch(f"/products/{product_id}", json=change, headers=AS_OWNER)
            for change in changes
        ),
        *(
            client.patch(
                f"/inventory/{product_id}/restock", json=delivery, headers=AS_OWNER
            )
            for _ in range(4)
        ),
    )
    assert {answer.status_code for answer in answers} == {200}
    async with database.transaction() as session:
        product = await session.get_one(Product, product_id)
        ledger = await session.scalar(select(func.sum(LedgerEntry.change)))
    assert (product.name, product.price) == ("Lantern", Decimal("5.00"))
    assert (product.category, product.version) == ("lighting", 1 + len(changes))
    assert (await counts(client, product_id)) == (ledger, 0)
