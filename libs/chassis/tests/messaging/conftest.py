"""A queue for each test, and functions that read it."""

import logging
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aio_pika
import pytest
import pytest_asyncio
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage

from chassis import Database, Inbox, Queue, Subscription
from chassis._observability.logging import configure_logging
from tests.messaging.receiver import Receiver
from tests.messaging.things import ThingMade, make_thing
from tests.tables import Incoming


@pytest_asyncio.fixture
async def connection(broker_url: str) -> AsyncIterator[AbstractConnection]:
    async with await aio_pika.connect(broker_url) as connection:
        yield connection


@pytest_asyncio.fixture
async def channel(connection: AbstractConnection) -> AbstractChannel:
    return await connection.channel()


@pytest_asyncio.fixture
async def queue(channel: AbstractChannel) -> AsyncIterator[Queue]:
    """A queue that gives up after three attempts; not declared yet."""
    name = f"test_{uuid.uuid4().hex[:8]}"
    queue = Queue(
        name,
        bindings=[(ThingMade.exchange, ThingMade.type)],
        retry_delays=(1, 2),
        attempts=3,
    )
    yield queue
    for left in everything(queue):
        await channel.queue_delete(left)


def everything(queue: Queue) -> list[str]:
    """The names of all queues that belong to it."""
    retries = [queue.retry_queue(n + 1)[0] for n in range(len(queue.retry_delays))]
    return [queue.name, queue.dead_letter_queue, f"{queue.name}.probe", *retries]


Take = Callable[[str], Awaitable[AbstractIncomingMessage | None]]


@pytest_asyncio.fixture
async def take(channel: AbstractChannel) -> Take:
    """Takes one message from the queue of that name, if there is one."""

    async def take(name: str) -> AbstractIncomingMessage | None:
        queue = await channel.get_queue(name)
        return await queue.get(no_ack=True, fail=False)

    return take


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def inbox(database: Database) -> Inbox:
    return Inbox(
        database, Incoming, [Subscription(ThingMade.type, ThingMade, make_thing)]
    )


Logged = Callable[[str], dict[str, Any]]


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Logged:
    """Finds the fields of the last log line with an event name."""
    configure_logging("thing-service", "INFO")
    logging.root.addHandler(caplog.handler)

    def find(event: str) -> dict[str, Any]:
        lines = [r.msg for r in caplog.records if isinstance(r.msg, dict)]
        return next((line for line in reversed(lines) if line["event"] == event), {})

    return find
