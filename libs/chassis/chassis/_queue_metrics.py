"""How full a queue and its parking place are, and for how long."""

from datetime import UTC, datetime

from aio_pika.abc import AbstractChannel, AbstractQueue
from prometheus_client import Gauge

from chassis._broker import CONNECT_SECONDS
from chassis._dead_letters import parked_at
from chassis._queue import Queue

QUEUE_MESSAGES = Gauge(
    "queue_messages",
    "Messages that wait in the queue; in one that ends in .dlq they are parked",
    ["queue"],
)
CONSUMING = Gauge(
    "queue_consuming", "1 while this process takes from the queue, else 0", ["queue"]
)
OLDEST_DEAD_LETTER = Gauge(
    "queue_oldest_dead_letter_age_seconds",
    "For how long the oldest parked message has been parked, in seconds; 0 if none is",
    ["queue"],
)


async def observe_queue(channel: AbstractChannel, queue: Queue) -> None:
    """Looks at both.

    Raises:
        Exception: one of them is not there, or the broker does not answer.
    """
    await _count(channel, queue.name)
    parking = await _count(channel, queue.parking)
    age = await _oldest_age(parking, queue)
    OLDEST_DEAD_LETTER.labels(queue.parking).set(age)


async def _count(channel: AbstractChannel, name: str) -> AbstractQueue:
    found = await channel.declare_queue(name, passive=True, timeout=CONNECT_SECONDS)
    QUEUE_MESSAGES.labels(name).set(found.declaration_result.message_count or 0)
    return found


async def _oldest_age(parking: AbstractQueue, queue: Queue) -> float:
    oldest = await parking.get(fail=False, timeout=CONNECT_SECONDS)
    if oldest is None:
        return 0.0
    await oldest.nack()
    since = parked_at(oldest.headers, queue)
    return (datetime.now(UTC) - since).total_seconds() if since else 0.0
