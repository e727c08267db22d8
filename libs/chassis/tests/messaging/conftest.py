"""A queue of the test's own, and ways to look into it."""

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import ClassVar

import aio_pika
import pytest_asyncio
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage

from chassis import EventData, Queue


class ThingMade(EventData):
    type: ClassVar[str] = "thing.made"
    exchange: ClassVar[str] = "test_events"
    must_route: ClassVar[bool] = True

    name: str

    @property
    def subject(self) -> str:
        return f"things/{self.name}"


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
        retry_delays=(1,),
        attempts=3,
    )
    yield queue
    for left in (name, queue.parking, queue.retry_queue(1)[0]):
        await channel.queue_delete(left)


Take = Callable[[str], Awaitable[AbstractIncomingMessage | None]]


@pytest_asyncio.fixture
async def take(channel: AbstractChannel) -> Take:
    """Takes one message from the queue of that name, if there is one."""

    async def take(name: str) -> AbstractIncomingMessage | None:
        queue = await channel.get_queue(name)
        return await queue.get(no_ack=True, fail=False)

    return take
