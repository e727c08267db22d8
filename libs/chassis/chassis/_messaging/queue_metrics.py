"""Measures a queue and its dead-letter queue."""

from contextlib import suppress
from datetime import UTC, datetime

from aio_pika.abc import AbstractChannel
from prometheus_client import Gauge

from chassis._messaging.dead_letter_queue import DeadLettersBusy
from chassis._messaging.dead_letters import DeadLetters
from chassis._messaging.publisher import CONNECT_SECONDS
from chassis._messaging.queue import Queue

QUEUE_MESSAGES = Gauge(
    "queue_messages",
    "Messages in the queue; one that ends in .dlq holds dead letters",
    ["queue"],
)
CONSUMING = Gauge(
    "queue_consuming", "1 while this process takes from the queue, else 0", ["queue"]
)
OLDEST_DEAD_LETTER = Gauge(
    "queue_oldest_dead_letter_age_seconds",
    "Seconds since the oldest dead letter was dead-lettered; 0 if there is none",
    ["queue"],
)


async def observe_queue(
    channel: AbstractChannel, queue: Queue, dead_letters: DeadLetters
) -> None:
    """Measures the queue and its dead-letter queue.

    Raises:
        Exception: one of them does not exist, or the broker does not answer.
    """
    await _count(channel, queue.name)
    dead = await _count(channel, queue.dead_letter_queue)
    with suppress(DeadLettersBusy):
        since = await dead_letters.oldest_dead_lettered_at() if dead else None
        age = (datetime.now(UTC) - since).total_seconds() if since else 0.0
        OLDEST_DEAD_LETTER.labels(queue.dead_letter_queue).set(age)


async def _count(channel: AbstractChannel, name: str) -> int:
    found = await channel.declare_queue(name, passive=True, timeout=CONNECT_SECONDS)
    count = found.declaration_result.message_count or 0
    QUEUE_MESSAGES.labels(name).set(count)
    return count
