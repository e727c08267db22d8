"""Reads a dead-letter queue: one process at a time, one message at a time."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from aio_pika.abc import (
    AbstractChannel,
    AbstractConnection,
    AbstractIncomingMessage,
    AbstractQueue,
)
from aio_pika.exceptions import AMQPError, ChannelInvalidStateError
from aiormq.exceptions import ChannelLockedResource

from chassis._deadline import Deadline
from chassis._errors import Unavailable
from chassis._messaging.publisher import CONNECT_SECONDS, abandon, connect
from chassis._messaging.queue import Queue

BROKER_ERRORS = (AMQPError, ChannelInvalidStateError, OSError)
# For the connection and the queue: a caller gets an error in 3 s if the broker hangs.
ANSWER_SECONDS = 2.0
LOCK_SECONDS = 2.0
RETURN_SECONDS = 1.0


class BrokerUnavailable(Unavailable):
    """The message broker is down, hung or refuses the request."""


class DeadLettersBusy(Unavailable):
    """Another process is reading these dead letters."""


class DeadLetterSearchTimeout(Unavailable):
    """There are too many dead letters to look at all of them in time."""


class DeadLetterQueue:
    """An open dead-letter queue that no other process can read."""

    def __init__(self, channel: AbstractChannel, queue: AbstractQueue) -> None:
        self.channel = channel
        self.count = queue.declaration_result.message_count or 0
        self._queue = queue
        self._removed = 0

    async def messages(
        self, deadline: Deadline, at_most: int = sys.maxsize
    ) -> AsyncIterator[AbstractIncomingMessage]:
        """Yields the messages that were there at the start, as the queue gives them.

        Raises:
            DeadLetterSearchTimeout: the deadline is over.
        """
        for _ in range(min(self.count, at_most)):
            if deadline.is_over:
                many = f"{self.count} dead letters are too many to look at"
                raise DeadLetterSearchTimeout(many)
            message = await self._queue.get(fail=False, timeout=CONNECT_SECONDS)
            if message is None:  # expired
                return
            yield message

    async def remove(self, message: AbstractIncomingMessage) -> None:
        await message.ack()
        self._removed += 1

    async def put_back(self) -> None:
        """Returns all unacknowledged messages before the next process counts them."""
        underlay = await self.channel.get_underlay_channel()
        await underlay.basic_nack(0, multiple=True, requeue=True)
        deadline = Deadline.after(RETURN_SECONDS)
        while not deadline.is_over:
            found = await self.channel.declare_queue(
                self._queue.name, passive=True, timeout=CONNECT_SECONDS
            )
            ready = found.declaration_result.message_count or 0
            if ready >= self.count - self._removed:
                return
            await asyncio.sleep(0.01)


@asynccontextmanager
async def open_dead_letter_queue(
    url: str, queue: Queue
) -> AsyncIterator[DeadLetterQueue]:
    """Opens the dead-letter queue of `queue`.

    Messages that are not removed stay in it, also if this process dies.

    Raises:
        BrokerUnavailable: the broker does not answer.
        DeadLettersBusy: another process has the dead-letter queue open.
    """
    with _broker_errors_as_unavailable():
        async with asyncio.timeout(ANSWER_SECONDS):
            connection = await connect(url)
        try:
            async with asyncio.timeout(LOCK_SECONDS + ANSWER_SECONDS):
                opened = await _opened(connection, queue)
            yield opened
            await opened.put_back()
        finally:
            await abandon(connection)


async def _opened(connection: AbstractConnection, queue: Queue) -> DeadLetterQueue:
    await _lock(connection, queue)
    channel = await connection.channel(on_return_raises=True)
    await queue.declare(channel)
    found = await channel.declare_queue(queue.dead_letter_queue, passive=True)
    return DeadLetterQueue(channel, found)


async def _lock(connection: AbstractConnection, queue: Queue) -> None:
    """Locks the dead letters until the connection ends.

    The lock is an exclusive queue: the broker deletes it when this process dies.
    Without it, messages that another process is reading would seem not to exist.
    """
    deadline = Deadline.after(LOCK_SECONDS)
    while True:
        channel = await connection.channel()
        try:
            await channel.declare_queue(
                f"{queue.dead_letter_queue}.lock",
                exclusive=True,
                arguments={"x-queue-type": "classic"},
            )
        except ChannelLockedResource as error:
            if deadline.is_over:
                busy = f"another process is reading the dead letters of {queue.name}"
                raise DeadLettersBusy(busy) from error
            await asyncio.sleep(0.1)
        else:
            return


@contextmanager
def _broker_errors_as_unavailable() -> Iterator[None]:
    task = asyncio.current_task()
    try:
        yield
    except (*BROKER_ERRORS, asyncio.CancelledError) as error:
        # aiormq reports some failures of the broker by cancelling.
        if task is not None and task.cancelling():
            raise
        raise BrokerUnavailable("the message broker does not answer") from error
