"""The relay publishes each event of the outbox at least once."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress

import aio_pika
import pytest
import pytest_asyncio
import structlog
from aio_pika.abc import AbstractIncomingMessage
from aio_pika.exceptions import ChannelInvalidStateError
from opentelemetry.sdk.trace import TracerProvider
from sqlalchemy import func, select

from chassis import (
    Database,
    Outbox,
    Queue,
)
from chassis._messaging.outbox_relay import OutboxRelay
from chassis._messaging.publisher import Publisher
from chassis.testing import Network, eventually
from tests.messaging.conftest import Logged, Take
from tests.messaging.things import ThingMade
from tests.tables import Outgoing


@pytest_asyncio.fixture
async def publisher(
    broker_url: str, provider: TracerProvider
) -> AsyncIterator[Publisher]:
    publisher = Publisher(broker_url, provider)
    yield publisher
    await publisher.close()


@pytest.fixture
def relay(database: Database, publisher: Publisher) -> OutboxRelay:
    return OutboxRelay(database, Outgoing, publisher)


async def put(database: Database, *names: str) -> None:
    outbox = Outbox(Outgoing, "/tests", lambda: None)
    async with database.transaction() as session:
        for name in names:
            outbox.within(session).add(ThingMade(name=name))


async def unpublished(database: Database) -> int:
    async with database.transaction() as session:
        query = select(func.count()).where(Outgoing.published_at.is_(None))
        return await session.scalar(query) or 0


async def take_all(take: Take, queue: Queue) -> list[AbstractIncomingMessage]:
    taken = []
    while (message := await take(queue.name)) is not None:
        taken.append(message)
    return taken


async def test_event_arrives_as_cloud_event(
    database: Database,
    relay: OutboxRelay,
    channel: aio_pika.abc.AbstractChannel,
    queue: Queue,
    take: Take,
) -> None:
    await queue.declare(channel)
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        await put(database, "lamp")
    assert await relay.publish_batch() == 1
    (message,) = await take_all(take, queue)
    event = json.loads(message.body)
    assert message.content_type == "application/cloudevents+json"
    assert message.message_id == event["id"]
    assert message.headers["X-Request-ID"] == "r-1"
    assert message.headers["traceparent"]
    assert event["specversion"] == "1.0"
    assert event["type"] == "thing.made"
    assert event["source"] == "/tests"
    assert event["subject"] == "things/lamp"
    assert event["data"] == {"name": "lamp"}
    assert await unpublished(database) == 0


async def test_event_of_failed_transaction_is_not_published(
    database: Database, relay: OutboxRelay
) -> None:
    async def fail() -> None:
        async with database.transaction() as session:
            outbox = Outbox(Outgoing, "/tests", lambda: None)
            outbox.within(session).add(ThingMade(name="x"))
            await session.flush()
            raise KeyError("anything")

    with pytest.raises(KeyError):
        await fail()
    assert await relay.publish_batch() == 0


async def test_relay_is_woken_after_commit(database: Database) -> None:
    woken: list[bool] = []
    outbox = Outbox(Outgoing, "/tests", lambda: woken.append(True))
    async with database.transaction() as session:
        outbox.within(session).add(ThingMade(name="lamp"))
        await session.flush()
        assert not woken
    assert woken


async def test_unroutable_event_stays_until_a_queue_exists(
    database: Database,
    relay: OutboxRelay,
    channel: aio_pika.abc.AbstractChannel,
    queue: Queue,
    take: Take,
) -> None:
    await put(database, "lamp")
    await relay.publish_batch()
    assert await unpublished(database) == 1
    assert await relay.publish_batch() == 0
    await queue.declare(channel)

    async def leaves() -> bool:
        await relay.publish_batch()
        return await unpublished(database) == 0

    await eventually(leaves)
    assert len(await take_all(take, queue)) == 1


async def test_log_of_event_has_trace_and_request(
    database: Database, relay: OutboxRelay, provider: TracerProvider, logged: Logged
) -> None:
    with (
        provider.get_tracer("test").start_as_current_span("request") as request,
        structlog.contextvars.bound_contextvars(request_id="r-1"),
    ):
        await put(database, "lamp")
    await relay.publish_batch()
    line = logged("event_not_published")
    assert line["request_id"] == "r-1"
    assert line["trace_id"] == f"{request.get_span_context().trace_id:032x}"


async def test_events_are_published_after_broker_returns(
    database: Database,
    provider: TracerProvider,
    broker_network: tuple[Network, str],
    channel: aio_pika.abc.AbstractChannel,
    queue: Queue,
    take: Take,
) -> None:
    await queue.declare(channel)
    network, url = broker_network
    publisher = Publisher(url, provider)
    relay = OutboxRelay(database, Outgoing, publisher)
    await put(database, "before")
    await relay.publish_batch()
    network.cut()
    await put(database, "during")
    # May first find out that the connection, or its channel, is lost.
    with suppress(ConnectionError, ChannelInvalidStateError):
        await relay.publish_batch()
    with pytest.raises(ConnectionError):
        await relay.publish_batch()
    assert await unpublished(database) == 1
    network.mend()
    assert await relay.publish_batch() == 1
    assert await unpublished(database) == 0
    names = [json.loads(m.body)["data"]["name"] for m in await take_all(take, queue)]
    assert names == ["before", "during"]
    await publisher.close()


async def test_two_relays_share_the_work(
    database: Database,
    relay: OutboxRelay,
    broker_url: str,
    provider: TracerProvider,
    channel: aio_pika.abc.AbstractChannel,
    queue: Queue,
    take: Take,
) -> None:
    await queue.declare(channel)
    await put(database, *(f"thing{n}" for n in range(150)))
    other_publisher = Publisher(broker_url, provider)
    other = OutboxRelay(database, Outgoing, other_publisher)
    published = await asyncio.gather(relay.publish_batch(), other.publish_batch())
    assert sum(published) == 150
    messages = await take_all(take, queue)
    assert len({m.message_id for m in messages}) == len(messages) == 150
    await other_publisher.close()
