"""Owners are notified of low stock: once an hour, and never of what was undone."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aio_pika
import httpx
import pytest
from aio_pika.abc import AbstractQueue
from fastapi import FastAPI
from sqlalchemy import select, update

from app.models import LowStockAlert, ProductMessage
from app.resources import Resources
from app.services.publish_waiting_alerts import PublishWaitingAlerts
from chassis import Database, resources_of
from chassis.testing import eventually
from tests.factories import AS_OWNER, OWNER, offer, reserve, settle


@pytest.fixture
async def queue(broker_url: str) -> AsyncIterator[AbstractQueue]:
    async with await aio_pika.connect(broker_url) as connection:
        channel = await connection.channel()
        exchange = await channel.declare_exchange(
            "inventory_events", aio_pika.ExchangeType.TOPIC, durable=True
        )
        queue = await channel.declare_queue(exclusive=True)
        await queue.bind(exchange, "inventory.low")
        yield queue


async def published(queue: AbstractQueue) -> dict[str, Any]:
    async def message() -> aio_pika.abc.AbstractIncomingMessage | None:
        return await queue.get(no_ack=True, fail=False)

    received = await eventually(message)
    assert received is not None
    event: dict[str, Any] = json.loads(received.body)
    return event


async def test_reservation_down_to_threshold_is_published(
    client: httpx.AsyncClient, queue: AbstractQueue
) -> None:
    lamp = await offer(client, name="Lamp", quantity=10)
    await reserve(client, 16, {lamp: 4})
    await reserve(client, 17, {lamp: 1})
    event = await published(queue)
    assert (event["type"], event["subject"]) == ("inventory.low", f"products/{lamp}")
    assert event["data"] == {
        "product_id": lamp,
        "product_name": "Lamp",
        "owner_id": OWNER,
        "available": 5,
        "threshold": 5,
        "version": 3,
    }


async def available_when_published(queue: AbstractQueue) -> int:
    return int((await published(queue))["data"]["available"])


async def end_hour(database: Database, hours: float = 1.01) -> None:
    """As if the last alerts had been published so much earlier."""
    async with database.transaction() as session:
        earlier = LowStockAlert.published_at - timedelta(hours=hours)
        await session.execute(update(LowStockAlert).values(published_at=earlier))


async def publish_waiting(app: FastAPI) -> int:
    resources = resources_of(app, Resources)
    alerts = PublishWaitingAlerts(resources.database, resources.outbox)
    return await alerts.publish_batch()


async def events_of(database: Database, product_id: int) -> list[int]:
    """Returns the available stock at each alert of the product."""
    query = (
        select(ProductMessage.body)
        .where(ProductMessage.body.contains(f'"products/{product_id}"'))
        .order_by(ProductMessage.id)
    )
    async with database.transaction() as session:
        bodies = (await session.scalars(query)).all()
    return [json.loads(body)["data"]["available"] for body in bodies]


async def set_quantity(
    client: httpx.AsyncClient, product_id: int, *quantities: int
) -> None:
    for quantity in quantities:
        answer = await client.patch(
            f"/products/{product_id}", json={"quantity": quantity}, headers=AS_OWNER
        )
        assert answer.status_code == 200


async def test_stock_sold_from_its_threshold_to_zero_alerts(
    client: httpx.AsyncClient, queue: AbstractQueue
) -> None:
    lamp = await offer(client, quantity=5)
    await reserve(client, 17, {lamp: 5})
    assert await available_when_published(queue) == 0


@pytest.mark.parametrize(
    ("quantities", "alerted"),
    [
        ((5, 0), [5, 0]),
        ((0,), [0]),
        ((0, 3, 0), [0]),
        ((4, 3, 2), [4]),
        ((4, 6, 4, 7, 3), [4]),
        ((0, 3), [0]),
        ((6, 10), []),
    ],
)
async def test_alerts_are_one_an_hour_for_each_shortage(
    client: httpx.AsyncClient,
    database: Database,
    quantities: tuple[int, ...],
    alerted: list[int],
) -> None:
    lamp = await offer(client, quantity=10)
    await set_quantity(client, lamp, *quantities)
    assert await events_of(database, lamp) == alerted


async def test_ordering_and_cancelling_alerts_once(
    client: httpx.AsyncClient, database: Database
) -> None:
    lamp = await offer(client, quantity=6)
    for order in range(1, 5):
        await reserve(client, order, {lamp: 1})
        await settle(client, order, "release")
    assert await events_of(database, lamp) == [5]


@pytest.mark.parametrize(
    ("quantity_after_an_hour", "alerted"), [(4, [5, 4]), (6, [5]), (0, [5, 0])]
)
async def test_waiting_alert_is_published_if_it_still_holds(
    client: httpx.AsyncClient,
    app: FastAPI,
    database: Database,
    quantity_after_an_hour: int,
    alerted: list[int],
) -> None:
    lamp = await offer(client, quantity=10)
    await set_quantity(client, lamp, 5, 6, 5, quantity_after_an_hour)
    await end_hour(database)
    published = [await publish_waiting(app) for _ in range(2)]
    assert sum(published) <= 1
    assert published[1] == 0
    assert await events_of(database, lamp) == alerted


async def test_replicas_publish_a_waiting_alert_once(
    client: httpx.AsyncClient, app: FastAPI, database: Database
) -> None:
    lamp = await offer(client, quantity=10)
    await set_quantity(client, lamp, 5, 6, 5)
    await end_hour(database)
    await asyncio.gather(*(publish_waiting(app) for _ in range(4)))
    assert await events_of(database, lamp) == [5, 5]


async def test_fall_after_an_hour_alerts_at_once(
    client: httpx.AsyncClient, database: Database
) -> None:
    lamp = await offer(client, quantity=10)
    await set_quantity(client, lamp, 5, 6)
    await end_hour(database)
    await set_quantity(client, lamp, 4)
    assert await events_of(database, lamp) == [5, 4]


async def test_alert_waits_until_the_hour_is_over(
    client: httpx.AsyncClient, app: FastAPI, database: Database
) -> None:
    lamp = await offer(client, quantity=10)
    await set_quantity(client, lamp, 5, 6, 5)
    await end_hour(database, hours=0.9)
    assert await publish_waiting(app) == 0
    assert await events_of(database, lamp) == [5]


async def test_withdrawn_product_alerts_nothing(
    client: httpx.AsyncClient, app: FastAPI, database: Database
) -> None:
    lamp, chair = await offer(client, quantity=10), await offer(client, quantity=10)
    await set_quantity(client, lamp, 5, 6, 5)
    for product in (lamp, chair):
        await client.delete(f"/products/{product}", headers=AS_OWNER)
    await end_hour(database)
    await publish_waiting(app)
    less = {"quantity": 8, "reason": "broken"}
    path = f"/inventory/{chair}"
    answer = await client.patch(f"{path}/reduce", json=less, headers=AS_OWNER)
    assert answer.json()["available"] == 2
    await client.patch(path, json={"low_stock_threshold": 1}, headers=AS_OWNER)
    await client.patch(path, json={"low_stock_threshold": 9}, headers=AS_OWNER)
    assert await events_of(database, lamp) == [5]
    assert await events_of(database, chair) == []


async def test_threshold_raised_above_stock_is_published(
    client: httpx.AsyncClient, queue: AbstractQueue
) -> None:
    path = f"/inventory/{await offer(client, quantity=10)}"
    threshold = {"low_stock_threshold": 10}
    await client.patch(path, json=threshold, headers=AS_OWNER)
    assert (await published(queue))["data"]["threshold"] == 10


async def test_rejected_order_publishes_nothing(
    client: httpx.AsyncClient, queue: AbstractQueue
) -> None:
    lamp, chair = await offer(client, quantity=10), await offer(client, quantity=1)
    refused = await reserve(client, 17, {lamp: 9, chair: 2})
    assert refused.status_code == 409
    await reserve(client, 18, {lamp: 6})
    assert await available_when_published(queue) == 4
