"""Consumers lose no message, process none twice, and are blocked by none."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from aio_pika.abc import AbstractChannel
from opentelemetry.sdk.trace import TracerProvider

from chassis import (
    Database,
    Inbox,
    Queue,
    Subscription,
    Unavailable,
    UnreadableEvent,
)
from chassis._messaging.consumer import Consumer
from chassis._workers import running
from chassis.testing import Network, eventually, metric
from tests.messaging.conftest import Logged, Take
from tests.messaging.receiver import (
    TRACE_ID,
    TRACEPARENT,
    Receiver,
    consuming,
    is_empty,
    send,
)
from tests.messaging.things import ThingMade, an_event, make_thing, things
from tests.tables import Incoming


async def test_message_is_processed_with_its_request_id(
    broker_url: str,
    queue: Queue,
    channel: AbstractChannel,
    receiver: Receiver,
    provider: TracerProvider,
) -> None:
    await queue.declare(channel)
    await send(channel, queue, b"one")
    async with consuming(broker_url, queue, receiver, provider):
        await receiver.has(b"one")
    assert receiver.request_ids == ["r-1"]
    assert await is_empty(channel, queue.name)


@pytest.mark.parametrize("deliveries", [1, 3])
async def test_message_is_processed_when_delivery_limit_is_low(
    broker_url: str,
    queue: Queue,
    channel: AbstractChannel,
    receiver: Receiver,
    provider: TracerProvider,
    deliveries: int,
) -> None:
    queue = replace(queue, deliveries=deliveries)
    await queue.declare(channel)
    await send(channel, queue, b"one")
    async with consuming(broker_url, queue, receiver, provider):
        await receiver.has(b"one")


async def test_log_of_message_has_trace_and_request(
    broker_url: str,
    queue: Queue,
    channel: AbstractChannel,
    inbox: Inbox,
    provider: TracerProvider,
    logged: Logged,
) -> None:
    await queue.declare(channel)
    await send(channel, queue, an_event("lamp"))

    async def is_logged() -> dict[str, Any]:
        return logged("event_processed")

    async with running(Consumer(broker_url, queue, inbox.receive, provider)):
        line = await eventually(is_logged)
    assert line["request_id"] == "r-1"
    assert line["trace_id"] == TRACE_ID
    assert line["service"] == "thing-service"


async def test_temporary_failure_is_retried_and_blocks_no_other(
    broker_url: str,
    queue: Queue,
    channel: AbstractChannel,
    receiver: Receiver,
    provider: TracerProvider,
) -> None:
    await queue.declare(channel)
    receiver.failures = [Unavailable("not now")]
    await send(channel, queue, b"one")
    await send(channel, queue, b"two")
    async with consuming(broker_url, queue, receiver, provider):
        await receiver.has(b"two", b"one")


async def test_each_retry_waits_longer_than_the_one_before(
    broker_url: str,
    queue: Queue,
    channel: AbstractChannel,
    receiver: Receiver,
    provider: TracerProvider,
) -> None:
    await queue.declare(channel)
    receiver.failures = [Unavailable("not now")] * 2
    await send(channel, queue, b"one")
    async with consuming(broker_url, queue, receiver, provider):
        await receiver.has(b"one")
    first, second, third = receiver.asked_at
    assert second - first >= 1
    assert third - second >= 2


async def test_repeatedly_failing_message_is_dead_lettered_with_reason(
    broker_url: str,
    queue: Queue,
    channel: AbstractChannel,
    receiver: Receiver,
    provider: TracerProvider,
    take: Take,
) -> None:
    queue = replace(queue, retry_delays=(0,))
    await queue.declare(channel)
    receiver.failures = [Unavailable("not now")] * 3
    await send(channel, queue, b"one")
    async with consuming(broker_url, queue, receiver, provider):
        letter = await eventually(lambda: take(queue.dead_letter_queue))
    assert letter.body == b"one"
    assert letter.message_id == "one"
    assert letter.headers["x-dead-letter-reason"] == "Unavailable: not now"
    assert letter.headers["x-attempt"] == 3
    assert receiver.attempts == 3


async def test_permanent_failure_is_dead_lettered_at_once(
    broker_url: str,
    queue: Queue,
    channel: AbstractChannel,
    receiver: Receiver,
    provider: TracerProvider,
    take: Take,
) -> None:
    await queue.declare(channel)
    receiver.failures = [ValueError("never")]
    await send(channel, queue, b"one")
    await send(channel, queue, b"two")
    async with consuming(broker_url, queue, receiver, provider):
        letter = await eventually(lambda: take(queue.dead_letter_queue))
        await receiver.has(b"two")
    assert letter.headers["x-dead-letter-reason"] == "ValueError: never"
    assert letter.headers["traceparent"] == TRACEPARENT
    assert receiver.attempts == 2


async def test_consumer_finishes_its_messages_before_it_stops(
    broker_url: str, queue: Queue, channel: AbstractChannel, provider: TracerProvider
) -> None:
    await queue.declare(channel)
    begun, finish = asyncio.Event(), asyncio.Event()

    async def slowly(_: bytes) -> None:
        begun.set()
        await finish.wait()

    await send(channel, queue, b"one")
    consumer = asyncio.create_task(Consumer(broker_url, queue, slowly, provider).run())
    await asyncio.wait_for(begun.wait(), 10)
    consumer.cancel()
    finish.set()
    await asyncio.wait({consumer}, timeout=10)
    assert consumer.cancelled()
    assert await is_empty(channel, queue.name)


async def test_event_delivered_twice_takes_effect_once(
    inbox: Inbox, database: Database
) -> None:
    body = an_event("lamp")
    await asyncio.gather(*(inbox.receive(body) for _ in range(5)))
    assert await things(database) == ["lamp"]


async def test_processed_and_duplicate_events_are_counted(inbox: Inbox) -> None:
    def counted(outcome: str) -> float:
        return metric("inbox_events_total", event_type="thing.made", outcome=outcome)

    processed, duplicates = counted("processed"), counted("duplicate")
    body = an_event("lamp")
    for _ in range(3):
        await inbox.receive(body)
    with pytest.raises(ValueError, match="no such thing"):
        await inbox.receive(an_event("cursed"))
    assert counted("processed") - processed == 1
    assert counted("duplicate") - duplicates == 2


async def test_failed_handler_changes_nothing_and_can_retry(
    inbox: Inbox, database: Database
) -> None:
    body = an_event("cursed")
    for _ in range(2):
        with pytest.raises(ValueError, match="no such thing"):
            await inbox.receive(body)
    assert await things(database) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        an_event("lamp").replace(b"thing.made", b"thing.sold"),
        an_event("lamp").replace(b'"name"', b'"title"'),
        an_event("lamp").replace(b'"1.0"', b'"0.3"'),
    ],
)
async def test_unknown_event_is_unreadable(inbox: Inbox, body: bytes) -> None:
    with pytest.raises(UnreadableEvent):
        await inbox.receive(body)


async def test_inbox_is_unavailable_without_database(
    database_network: tuple[Network, str],
) -> None:
    network, url = database_network
    async with Database(url) as database:
        subscription = Subscription(ThingMade.type, ThingMade, make_thing)
        inbox = Inbox(database, Incoming, [subscription])
        network.cut()
        with pytest.raises(Unavailable):
            await inbox.receive(an_event("lamp"))
