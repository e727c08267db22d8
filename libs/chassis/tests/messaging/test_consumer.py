"""No message is lost, none takes effect twice, and none blocks the others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aio_pika
import pytest
import structlog
from aio_pika.abc import AbstractChannel, AbstractConnection
from opentelemetry.sdk.trace import TracerProvider
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis import (
    Consumer,
    Database,
    Event,
    Inbox,
    Queue,
    Subscription,
    Unavailable,
    UnreadableEvent,
    running,
)
from chassis.testing import Network, eventually
from tests.messaging.conftest import Take, ThingMade
from tests.tables import Incoming, Thing


class Receiver:
    """Takes bodies, unless told to fail."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.request_ids: list[str] = []
        self.failures: list[Exception] = []
        self.attempts = 0

    async def __call__(self, body: bytes) -> None:
        self.attempts += 1
        if self.failures:
            raise self.failures.pop(0)
        self.taken.append(body)
        context = structlog.contextvars.get_contextvars()
        self.request_ids.append(context.get("request_id", ""))

    async def has(self, *bodies: bytes) -> None:
        async def check() -> bool:
            return self.taken == list(bodies)

        await eventually(check)


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@asynccontextmanager
async def consuming(
    url: str, queue: Queue, receiver: Receiver, provider: TracerProvider
) -> AsyncIterator[None]:
    async with running(Consumer(url, queue, receiver, provider)):
        yield


async def send(channel: AbstractChannel, queue: Queue, body: bytes) -> None:
    message = aio_pika.Message(
        body, message_id=body.decode(), headers={"X-Request-ID": "r-1"}
    )
    await channel.default_exchange.publish(message, queue.name)


async def is_empty(channel: AbstractChannel, name: str) -> bool:
    queue = await channel.declare_queue(name, passive=True)
    return queue.declaration_result.message_count == 0


async def test_a_message_is_taken_with_its_request_id(
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


async def test_a_passing_failure_is_retried_and_does_not_block_the_others(
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


async def test_a_message_that_fails_too_often_is_parked_with_the_reason(
    broker_url: str,
    queue: Queue,
    channel: AbstractChannel,
    receiver: Receiver,
    provider: TracerProvider,
    take: Take,
) -> None:
    await queue.declare(channel)
    receiver.failures = [Unavailable("not now")] * 3
    await send(channel, queue, b"one")
    async with consuming(broker_url, queue, receiver, provider):
        parked = await eventually(lambda: take(queue.parking))
    assert parked.body == b"one"
    assert parked.message_id == "one"
    assert parked.headers["x-parked-reason"] == "Unavailable: not now"
    assert parked.headers["x-attempt"] == 3
    assert receiver.attempts == 3


async def test_a_permanent_failure_is_parked_at_once(
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
        parked = await eventually(lambda: take(queue.parking))
        await receiver.has(b"two")
    assert parked.headers["x-parked-reason"] == "ValueError: never"
    assert receiver.attempts == 2


async def test_a_consumer_comes_back_after_its_queue_was_deleted(
    broker_url: str,
    queue: Queue,
    connection: AbstractConnection,
    channel: AbstractChannel,
    receiver: Receiver,
    provider: TracerProvider,
) -> None:
    await queue.declare(channel)
    async with consuming(broker_url, queue, receiver, provider):
        await send(channel, queue, b"one")
        await receiver.has(b"one")
        await channel.queue_delete(queue.name)

        async def is_back() -> bool:
            probe = await connection.channel()
            try:
                found = await probe.declare_queue(queue.name, passive=True)
            except aio_pika.exceptions.ChannelNotFoundEntity:
                return False
            return bool(found.declaration_result.consumer_count)

        await eventually(is_back)
        await send(channel, queue, b"two")
        await receiver.has(b"one", b"two")


async def test_a_consumer_comes_back_after_it_lost_the_broker(
    broker_network: tuple[Network, str],
    queue: Queue,
    channel: AbstractChannel,
    receiver: Receiver,
    provider: TracerProvider,
) -> None:
    network, url = broker_network
    await queue.declare(channel)
    async with consuming(url, queue, receiver, provider):
        await send(channel, queue, b"one")
        await receiver.has(b"one")
        network.cut()
        await send(channel, queue, b"two")
        network.mend()
        await receiver.has(b"one", b"two")


async def test_a_consumer_finishes_what_it_has_in_hand_before_it_stops(
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


async def make_thing(session: AsyncSession, event: Event[ThingMade]) -> None:
    session.add(Thing(name=event.data.name))
    await session.flush()
    if event.data.name == "cursed":
        raise ValueError("no such thing")


@pytest.fixture
def inbox(database: Database) -> Inbox:
    return Inbox(
        database, Incoming, [Subscription(ThingMade.type, ThingMade, make_thing)]
    )


def an_event(name: str) -> bytes:
    data = ThingMade(name=name)
    event = Event[ThingMade](source="/tests", type=ThingMade.type, data=data)
    return event.model_dump_json().encode()


async def things(database: Database) -> list[str]:
    async with database.transaction() as session:
        return list(await session.scalars(select(Thing.name)))


async def test_an_event_delivered_twice_takes_effect_once(
    inbox: Inbox, database: Database
) -> None:
    body = an_event("lamp")
    await asyncio.gather(*(inbox.receive(body) for _ in range(5)))
    assert await things(database) == ["lamp"]


async def test_a_handler_that_fails_leaves_no_trace_and_may_be_tried_again(
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
async def test_what_is_not_a_known_event_is_unreadable(
    inbox: Inbox, body: bytes
) -> None:
    with pytest.raises(UnreadableEvent):
        await inbox.receive(body)


async def test_without_its_database_an_inbox_is_unavailable(
    database_network: tuple[Network, str],
) -> None:
    network, url = database_network
    async with Database(url) as database:
        subscription = Subscription(ThingMade.type, ThingMade, make_thing)
        inbox = Inbox(database, Incoming, [subscription])
        network.cut()
        with pytest.raises(Unavailable):
            await inbox.receive(an_event("lamp"))
