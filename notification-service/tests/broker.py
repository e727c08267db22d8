"""Sends messages to the queue, and reads the results."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from sqlalchemy import select

from app.events.handlers import ORDER_NOTIFICATIONS
from app.models import Notification
from app.models.notification import Status
from chassis import Database, Event, Queue
from chassis.testing import eventually


def queue_of_this_run() -> Queue:
    """The queue under another name: what other tests publish does not get here."""
    run = uuid4().hex[:12]
    return replace(
        ORDER_NOTIFICATIONS,
        name=f"{ORDER_NOTIFICATIONS.name}.{run}",
        bindings=[(f"{name}.{run}", key) for name, key in ORDER_NOTIFICATIONS.bindings],
    )


class Broker:
    """A channel of the test's own."""

    def __init__(self, channel: AbstractChannel, queue: Queue) -> None:
        self._channel = channel
        self._queue = queue

    async def publish(self, event: Event[Any]) -> None:
        await self.send(event.model_dump_json().encode(), event.type)

    async def send(self, body: bytes, routing_key: str) -> None:
        exchange_of = {key: name for name, key in self._queue.bindings}
        exchange = await self._channel.get_exchange(exchange_of[routing_key])
        await exchange.publish(aio_pika.Message(body), routing_key)

    async def dead_letter(self) -> AbstractIncomingMessage:
        queue = await self._channel.get_queue(self._queue.dead_letter_queue)

        async def look() -> AbstractIncomingMessage | None:
            return await queue.get(no_ack=True, fail=False)

        message = await eventually(look)
        assert message is not None
        return message

    async def empty(self) -> None:
        await self.delete()
        await self._queue.declare(self._channel)

    async def delete(self) -> None:
        retries = range(1, len(self._queue.retry_delays) + 1)
        names = {self._queue.retry_queue(attempt)[0] for attempt in retries}
        for name in names | {self._queue.name, self._queue.dead_letter_queue}:
            await self._channel.queue_delete(name)
        for name in {name for name, _ in self._queue.bindings}:
            await self._channel.exchange_delete(name)


async def settled(database: Database, number: int) -> Sequence[Notification]:
    """The notifications, once there are `number` that have been sent or have failed."""

    async def look() -> Sequence[Notification]:
        async with database.transaction() as session:
            query = select(Notification).order_by(Notification.id)
            found = (await session.scalars(query)).all()
        assert len([n for n in found if n.status is not Status.PENDING]) >= number
        return found

    return await eventually(look)
