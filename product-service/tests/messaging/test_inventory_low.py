"""Owners are told of what runs low: once each time, and never of what was undone."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aio_pika
import httpx
import pytest
from aio_pika.abc import AbstractQueue

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


async def told(queue: AbstractQueue) -> dict[str, Any]:
    async def message() -> aio_pika.abc.AbstractIncomingMessage | None:
        return await queue.get(no_ack=True, fail=False)

    received = await eventually(message)
    assert received is not None
    event: dict[str, Any] = json.loads(received.body)
    return event


async def test_a_reservation_down_to_the_threshold_is_told(
    client: httpx.AsyncClient, queue: AbstractQueue
) -> None:
    lamp = await offer(client, name="Lamp", quantity=10)
    await reserve(client, 16, {lamp: 4})
    await reserve(client, 17, {lamp: 1})
    event = await told(queue)
    assert (event["type"], event["subject"]) == ("inventory.low", f"products/{lamp}")
    assert event["data"] == {
        "product_id": lamp,
        "product_name": "Lamp",
        "owner_id": OWNER,
        "available": 5,
        "threshold": 5,
        "version": 3,
    }


async def available_when_told(queue: AbstractQueue) -> int:
    return int((await told(queue))["data"]["available"])


async def test_it_is_told_again_only_after_it_was_above(
    client: httpx.AsyncClient, queue: AbstractQueue
) -> None:
    lamp = await offer(client, quantity=10)
    path = f"/inventory/{lamp}"
    less = {"quantity": 6, "reason": "broken"}
    more = {"quantity": 3, "reason": "found"}
    await client.patch(f"{path}/reduce", json=less, headers=AS_OWNER)
    await reserve(client, 17, {lamp: 1})
    await client.patch(f"/products/{lamp}", json={"quantity": 2}, headers=AS_OWNER)
    await settle(client, 17, "commit")
    await client.patch(f"{path}/restock", json=more, headers=AS_OWNER)
    await client.patch(f"{path}/restock", json=more, headers=AS_OWNER)
    await client.patch(f"/products/{lamp}", json={"quantity": 1}, headers=AS_OWNER)
    heard = [await available_when_told(queue) for _ in range(2)]
    assert heard == [4, 1]


async def test_a_threshold_raised_above_what_is_there_is_told(
    client: httpx.AsyncClient, queue: AbstractQueue
) -> None:
    path = f"/inventory/{await offer(client, quantity=10)}"
    threshold = {"low_stock_threshold": 10}
    await client.patch(path, json=threshold, headers=AS_OWNER)
    assert (await told(queue))["data"]["threshold"] == 10


async def test_an_order_that_is_refused_tells_nothing(
    client: httpx.AsyncClient, queue: AbstractQueue
) -> None:
    lamp, chair = await offer(client, quantity=10), await offer(client, quantity=1)
    refused = await reserve(client, 17, {lamp: 9, chair: 2})
    assert refused.status_code == 409
    await reserve(client, 18, {lamp: 6})
    assert await available_when_told(queue) == 4
