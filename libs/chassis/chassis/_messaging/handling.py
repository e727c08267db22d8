"""Processes, retries or dead-letters one message, and then acknowledges it.

After a temporary failure the message goes to a retry queue, from which it returns
after a delay. After a permanent failure, or too many temporary ones, it goes to
`<queue>.dlq` with the reason.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import structlog
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from chassis._errors import Unavailable
from chassis._messaging.queue import (
    ATTEMPT_HEADER,
    DEAD_LETTERED_AT_HEADER,
    DELIVERIES_HEADER,
    LONGEST_REASON,
    REASON_HEADER,
    Queue,
    put_copy,
)

log = structlog.get_logger(__name__)

HANDLE_SECONDS = 20.0

# Processes a message's body. Raises `Unavailable` if a later retry may help, and any
# other error if it will not.
Receive = Callable[[bytes], Awaitable[None]]


class ConsumerDied(Exception):
    """Each consumer of the message died before it could acknowledge it."""


class Handler:
    def __init__(self, queue: Queue, receive: Receive) -> None:
        self._queue = queue
        self._receive = receive

    async def handle(
        self, channel: AbstractChannel, message: AbstractIncomingMessage
    ) -> None:
        """Raises if the message is neither processed nor stored elsewhere."""
        attempt = _attempts_before(message) + 1
        if _deliveries_before(message) >= max(1, self._queue.deliveries // 4):
            await self._renew(channel, message, attempt)
            return
        try:
            async with asyncio.timeout(HANDLE_SECONDS):
                await self._receive(message.body)
        except (Unavailable, TimeoutError) as error:
            if attempt < self._queue.attempts:
                await self._retry_later(channel, message, attempt, error)
            else:
                await self._dead_letter(channel, message, attempt, error)
        except Exception as error:  # no error may block the queue
            await self._dead_letter(channel, message, attempt, error)
        await message.ack()

    async def _renew(
        self, channel: AbstractChannel, message: AbstractIncomingMessage, attempt: int
    ) -> None:
        """Replaces a message that the broker has delivered often with a fresh copy.

        The broker would dead-letter it at its own limit, which may be far below ours
        and cannot be raised, because it is an argument of the queue.
        """
        if attempt > self._queue.attempts:
            cause = ConsumerDied(f"at each of {attempt - 1} deliveries")
            await self._dead_letter(channel, message, attempt - 1, cause)
        else:
            # Not at once: the next delivery may end this connection, and with it the
            # acknowledgement that removes the original.
            name, _ = self._queue.retry_queue(1)
            marks = {ATTEMPT_HEADER: attempt - 1}
            await put_copy(channel, message, name, message.headers | marks)
        await message.ack()

    async def _retry_later(
        self,
        channel: AbstractChannel,
        message: AbstractIncomingMessage,
        attempt: int,
        cause: Exception,
    ) -> None:
        name, delay = self._queue.retry_queue(attempt)
        log.warning(
            "message_retry_scheduled",
            message_id=message.message_id,
            attempt=attempt,
            error=f"{type(cause).__name__}: {cause}",
            retry_in_seconds=delay,
        )
        marks = {ATTEMPT_HEADER: attempt}
        await put_copy(channel, message, name, message.headers | marks)

    async def _dead_letter(
        self,
        channel: AbstractChannel,
        message: AbstractIncomingMessage,
        attempt: int,
        cause: Exception,
    ) -> None:
        reason = f"{type(cause).__name__}: {cause}"
        log.error(
            "message_dead_lettered",
            message_id=message.message_id,
            attempt=attempt,
            reason=reason,
            exc_info=cause,
        )
        marks: dict[str, str | int] = {
            ATTEMPT_HEADER: attempt,
            REASON_HEADER: reason[:LONGEST_REASON],
            DEAD_LETTERED_AT_HEADER: datetime.now(UTC).isoformat(),
        }
        headers = message.headers | marks
        await put_copy(channel, message, self._queue.dead_letter_queue, headers)


def _attempts_before(message: AbstractIncomingMessage) -> int:
    """Counts unacknowledged deliveries too."""
    return _count(message, ATTEMPT_HEADER) + _deliveries_before(message)


def _deliveries_before(message: AbstractIncomingMessage) -> int:
    return _count(message, DELIVERIES_HEADER) if message.redelivered else 0


def _count(message: AbstractIncomingMessage, header: str) -> int:
    value = message.headers.get(header)
    return value if isinstance(value, int) else 0
