"""A durable queue with its retry queues and its dead-letter queue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import aio_pika
from aio_pika.abc import (
    AbstractChannel,
    AbstractIncomingMessage,
    AbstractQueue,
    FieldValue,
    HeadersType,
)

from chassis._messaging.publisher import CONFIRM_SECONDS, declare_exchange

DAY_MS = 24 * 3600 * 1000
# Reading a dead letter is a delivery, of which RabbitMQ 4 allows 20 by default
# before it drops the message. RabbitMQ 3 has no value for "unlimited".
UNLIMITED_DELIVERIES = 1_000_000_000

# The headers of a message that is retried later, or dead-lettered.
ATTEMPT_HEADER = "x-attempt"
DEAD_LETTERED_AT_HEADER = "x-dead-lettered-at"
REASON_HEADER = "x-dead-letter-reason"
LONGEST_REASON = 1000
# RabbitMQ adds these to a message that it delivers again. Until 4.2 it counts every
# delivery in the first header. Since 4.3 it counts every delivery in the second header,
# and in the first, to which the limit applies, only those that ended with a reject or a
# lost channel.
DELIVERIES_HEADER = "x-delivery-count"
ACQUIRED_HEADER = "x-acquired-count"
# RabbitMQ adds this to a message that it has dead-lettered.
DEATHS_HEADER = "x-death"
DEATH_PREFIXES = (DEATHS_HEADER, "x-first-death-", "x-last-death-")


@dataclass(frozen=True)
class Queue:
    """A durable queue with its bindings and retries.

    Attributes:
        bindings: pairs of topic exchange and routing key.
        retry_delays: seconds before each retry; the last is repeated.
        attempts: how often a message is tried before it is dead-lettered.
        dead_letter_days: how long a dead letter is kept.
        deliveries: how often the broker delivers a message whose consumer dies each
            time, before the broker dead-letters it. A consumer that survives replaces
            the message by a fresh copy at a quarter of that, and counts the deliveries
            as attempts.
    """

    name: str
    bindings: Sequence[tuple[str, str]]
    retry_delays: Sequence[int] = field(default=(1, 2, 4, 8, 15, 30, 60))
    attempts: int = 60
    dead_letter_days: int = 14
    deliveries: int = 20

    @property
    def dead_letter_queue(self) -> str:
        return f"{self.name}.dlq"

    def retry_queue(self, attempt: int) -> tuple[str, int]:
        delay = self.retry_delays[min(attempt, len(self.retry_delays)) - 1]
        return f"{self.name}.retry.{delay}s", delay

    async def declare(self, channel: AbstractChannel) -> AbstractQueue:
        await channel.declare_queue(
            self.dead_letter_queue,
            durable=True,
            arguments={
                "x-queue-type": "quorum",
                "x-message-ttl": self.dead_letter_days * DAY_MS,
                "x-delivery-limit": UNLIMITED_DELIVERIES,
            },
        )
        for attempt in range(1, len(self.retry_delays) + 1):
            name, delay = self.retry_queue(attempt)
            await channel.declare_queue(
                name,
                durable=True,
                arguments={
                    "x-queue-type": "quorum",
                    "x-message-ttl": delay * 1000,
                    "x-dead-letter-exchange": "",
                    "x-dead-letter-routing-key": self.name,
                    "x-dead-letter-strategy": "at-least-once",
                    "x-overflow": "reject-publish",
                },
            )
        queue = await channel.declare_queue(
            self.name,
            durable=True,
            arguments={
                "x-queue-type": "quorum",
                "x-delivery-limit": self.deliveries,
                "x-dead-letter-exchange": "",
                "x-dead-letter-routing-key": self.dead_letter_queue,
                "x-dead-letter-strategy": "at-least-once",
                "x-overflow": "reject-publish",
            },
        )
        for exchange_name, routing_key in self.bindings:
            exchange = await declare_exchange(channel, exchange_name)
            await queue.bind(exchange, routing_key)
        return queue


async def put_copy(
    channel: AbstractChannel,
    message: AbstractIncomingMessage,
    queue_name: str,
    headers: Mapping[str, FieldValue],
) -> None:
    """Puts a copy into the queue, and returns once the broker has confirmed it.

    Args:
        channel: one with `on_return_raises`, so that a deleted queue raises an error.
    """
    await channel.default_exchange.publish(
        aio_pika.Message(
            message.body,
            content_type=message.content_type,
            message_id=message.message_id,
            # The copy has no deliveries yet.
            headers=_without(headers, DELIVERIES_HEADER, ACQUIRED_HEADER),
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        ),
        queue_name,
        mandatory=True,
        timeout=CONFIRM_SECONDS,
    )


def headers_of_first_try(headers: HeadersType) -> HeadersType:
    """Removes the headers of earlier attempts."""
    ours = (ATTEMPT_HEADER, DEAD_LETTERED_AT_HEADER, REASON_HEADER)
    return {
        name: value
        for name, value in _without(headers, *ours).items()
        if not name.startswith(DEATH_PREFIXES)
    }


def _without(headers: Mapping[str, FieldValue], *names: str) -> HeadersType:
    return {name: value for name, value in headers.items() if name not in names}
