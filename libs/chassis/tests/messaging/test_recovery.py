"""Consumers that lost their broker, or their queue, consume again: that is what counts,
as a connection may come back without them."""

from dataclasses import replace
from typing import NoReturn

import aio_pika
import pytest
import pytest_asyncio
from aio_pika.abc import AbstractChannel, AbstractConnection
from opentelemetry.sdk.trace import TracerProvider
from prometheus_client import REGISTRY

from chassis import (
    DeadLetters,
    Queue,
    Unavailable,
)
from chassis._messaging.consumer import Consumer
from chassis._messaging.dead_letter import DeadLetter
from chassis._workers import running
from chassis.testing import Network, eventually
from tests.messaging.conftest import Logged, Take, everything
from tests.messaging.receiver import Receiver, consuming, send
from tests.messaging.things import ThingMade


@pytest_asyncio.fixture
async def declared(queue: Queue, channel: AbstractChannel) -> Queue:
    await queue.declare(channel)
    return queue


async def is_consumed(connection: AbstractConnection, name: str) -> bool:
    probe = await connection.channel()
    try:
        found = await probe.declare_queue(name, passive=True)
    except aio_pika.exceptions.ChannelNotFoundEntity:
        return False
    return bool(found.declaration_result.consumer_count)


async def dead_letters(url: str, queue: Queue) -> list[DeadLetter]:
    return (await DeadLetters(url, queue).list_()).letters


async def test_consumer_recovers_after_queue_was_deleted(
    broker_url: str,
    declared: Queue,
    connection: AbstractConnection,
    channel: AbstractChannel,
    receiver: Receiver,
    provider: TracerProvider,
) -> None:
    async with consuming(broker_url, declared, receiver, provider):
        await send(channel, declared, b"one")
        await receiver.has(b"one")
        await channel.queue_delete(declared.name)
        await eventually(lambda: is_consumed(connection, declared.name))
        await send(channel, declared, b"two")
        await receiver.has(b"one", b"two")


async def test_consumer_recovers_after_connection_was_lost(
    broker_network: tuple[Network, str],
    declared: Queue,
    channel: AbstractChannel,
    receiver: Receiver,
    provider: TracerProvider,
) -> None:
    network, url = broker_network
    async with consuming(url, declared, receiver, provider):
        await send(channel, declared, b"one")
        await receiver.has(b"one")
        network.cut()
        await send(channel, declared, b"two")
        network.mend()
        # The first comes again, if its acknowledgement was cut off.
        await receiver.gets(b"two")


async def test_consumer_recovers_after_broker_was_reset(
    broker_network: tuple[Network, str],
    declared: Queue,
    connection: AbstractConnection,
    channel: AbstractChannel,
    receiver: Receiver,
    provider: TracerProvider,
) -> None:
    network, url = broker_network
    async with consuming(url, declared, receiver, provider):
        await send(channel, declared, b"one")
        await receiver.has(b"one")
        network.cut()
        for name in everything(declared):
            await channel.queue_delete(name)
        await channel.exchange_delete(ThingMade.exchange)
        network.mend()
        await eventually(lambda: is_consumed(connection, declared.name))
        exchange = await channel.get_exchange(ThingMade.exchange)
        await exchange.publish(aio_pika.Message(b"two"), ThingMade.type)
        await receiver.has(b"one", b"two")


async def test_broker_dead_letters_message_that_kills_consumers(
    broker_url: str, queue: Queue, channel: AbstractChannel
) -> None:
    queue = replace(queue, deliveries=2)
    declared = await queue.declare(channel)
    await send(channel, queue, b"one")
    for _ in range(3):
        message = await eventually(lambda: declared.get(fail=False))
        # Not a nack, which RabbitMQ 4.3 does not count towards its limit.
        await message.reject(requeue=True)

    [letter] = await eventually(lambda: dead_letters(broker_url, queue))
    assert letter.id == "one"
    assert letter.reason == "delivered more than 2 times and never answered"
    assert letter.dead_lettered_at is not None


async def test_message_is_dead_lettered_after_consumers_die(
    broker_network: tuple[Network, str],
    broker_url: str,
    queue: Queue,
    channel: AbstractChannel,
    provider: TracerProvider,
) -> None:
    network, url = broker_network
    queue = replace(queue, attempts=12)
    await queue.declare(channel)
    bodies: list[bytes] = []

    async def die(body: bytes) -> None:
        bodies.append(body)
        network.cut()
        network.mend()

    await send(channel, queue, b"one")
    async with running(Consumer(url, queue, die, provider)):
        [letter] = await eventually(lambda: dead_letters(broker_url, queue), within=30)
    assert letter.id == "one"
    # A delivery may end with its connection before the consumer sees it.
    assert letter.attempts is not None
    assert len(bodies) <= letter.attempts
    assert letter.attempts >= 12
    assert letter.reason == f"ConsumerDied: at each of {letter.attempts} deliveries"


async def test_message_survives_more_deliveries_than_broker_allows(
    broker_network: tuple[Network, str],
    queue: Queue,
    channel: AbstractChannel,
    provider: TracerProvider,
    take: Take,
) -> None:
    network, url = broker_network
    queue = replace(queue, attempts=60, deliveries=8)
    await queue.declare(channel)
    deaths = 0
    taken: list[bytes] = []

    async def die_often(body: bytes) -> None:
        nonlocal deaths
        if deaths <= queue.deliveries:
            deaths += 1
            network.cut()
            network.mend()
            raise ConnectionError
        taken.append(body)

    async def is_taken() -> bool:
        return taken == [b"one"]

    await send(channel, queue, b"one")
    async with running(Consumer(url, queue, die_often, provider)):
        await eventually(is_taken, within=30)
    assert await take(queue.dead_letter_queue) is None


async def test_consumer_pauses_while_broker_stores_no_retries(
    broker_url: str,
    queue: Queue,
    channel: AbstractChannel,
    receiver: Receiver,
    provider: TracerProvider,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    probes = 0

    async def time_out(*_: object) -> NoReturn:
        raise TimeoutError

    async def ping(*_: str) -> None:
        nonlocal probes
        probes += 1
        if probes < 3:
            raise TimeoutError
        monkeypatch.undo()

    monkeypatch.setattr("chassis._messaging.handling.put_copy", time_out)
    monkeypatch.setattr("chassis._messaging.consumer.ping_broker", ping)
    receiver.failures = [Unavailable("not now")]
    await queue.declare(channel)
    await send(channel, queue, b"one")
    async with consuming(broker_url, queue, receiver, provider):
        await receiver.has(b"one")
    assert (probes, receiver.attempts) == (3, 2)


async def test_consumer_measures_age_of_dead_letters(
    broker_url: str,
    declared: Queue,
    channel: AbstractChannel,
    receiver: Receiver,
    provider: TracerProvider,
    take: Take,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("chassis._messaging.consumer.MEASURE_SECONDS", 0.1)
    receiver.failures = [ValueError("never")]
    await send(channel, declared, b"one")
    labels = {"queue": declared.dead_letter_queue}

    async def is_measured() -> bool:
        age = REGISTRY.get_sample_value("queue_oldest_dead_letter_age_seconds", labels)
        assert REGISTRY.get_sample_value("queue_messages", labels) == 1
        return age is not None and age > 0.5

    async with consuming(broker_url, declared, receiver, provider):
        await eventually(is_measured)
    assert await take(declared.dead_letter_queue)


async def test_consumer_reports_refused_queue_until_it_recovers(
    broker_url: str,
    queue: Queue,
    channel: AbstractChannel,
    receiver: Receiver,
    provider: TracerProvider,
    logged: Logged,
) -> None:
    await channel.declare_queue(queue.name, durable=True)  # with other arguments

    async def tells(state: float) -> bool:
        label = {"queue": queue.name}
        return REGISTRY.get_sample_value("queue_consuming", label) == state

    async def is_refused() -> bool:
        return "PRECONDITION_FAILED" in logged("consumer_lost").get("error", "")

    async with consuming(broker_url, queue, receiver, provider):
        await eventually(is_refused)
        assert await tells(0)
        await channel.queue_delete(queue.name)
        await eventually(lambda: tells(1))
    assert await tells(0)
