"""What is parked: looking at it, and sending it on its way again."""

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, HeadersType

from chassis._broker import CONNECT_SECONDS, abandon, connect
from chassis._queue import (
    ATTEMPT_HEADER,
    PARKED_AT_HEADER,
    REASON_HEADER,
    Queue,
    put_copy,
)

# The broker's own account of how a message came to be dead-lettered.
DEATHS_HEADER = "x-death"
# What a message that begins anew has not been through.
PAST = frozenset(
    {
        ATTEMPT_HEADER,
        PARKED_AT_HEADER,
        REASON_HEADER,
        "x-acquired-count",  # RabbitMQ 4.3
        "x-delivery-count",
    }
)
PAST_PREFIXES = ("x-death", "x-first-death-", "x-last-death-")
# As long as a message's id can be in AMQP.
LONGEST_ID = 255
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class DeadLetter:
    """A parked message.

    Attributes:
        event_id: the event's id; of what is no event, a name made of its content.
        attempts: how often it was tried; None where the consumer died each time.
    """

    queue: str
    event_id: str
    event_type: str | None
    parked_at: datetime | None
    reason: str
    attempts: int | None
    trace_id: str | None
    body: str

    @classmethod
    def of(cls, message: AbstractIncomingMessage, queue: Queue) -> Self:
        headers, event = message.headers, _event(message.body)
        event_type, attempts = event.get("type"), headers.get(ATTEMPT_HEADER)
        return cls(
            queue=queue.parking,
            event_id=message.message_id or _id(event) or _name(message.body),
            event_type=event_type if isinstance(event_type, str) else None,
            parked_at=parked_at(headers, queue),
            reason=str(headers.get(REASON_HEADER) or _why_by_the_broker(queue)),
            attempts=attempts if isinstance(attempts, int) else None,
            trace_id=_trace_id(headers),
            body=message.body.decode(errors="replace"),
        )


class DeadLetters:
    """The messages that are parked for one queue."""

    def __init__(self, url: str, queue: Queue) -> None:
        self._url = url
        self._queue = queue

    async def list_(self, event_id: str | None = None) -> list[DeadLetter]:
        """What is parked, or what of it has this id, oldest first; it stays."""
        async with self._opened() as channel:
            letters = [
                DeadLetter.of(message, self._queue)
                async for message in self._each(channel)
            ]
        # In the queue, what somebody else has just looked at may come later.
        letters.sort(key=lambda letter: letter.parked_at or NEVER)
        return [x for x in letters if event_id in (None, x.event_id)]

    async def replay(self, event_id: str | None = None) -> int:
        """Puts all, or those with this id, back into the queue, as if never tried.

        Each leaves the parking place once the broker has confirmed that it is in the
        queue. If we die in between it is in both, and the inbox drops the second one.

        Returns:
            how many there were.
        """
        replayed = 0
        async with self._opened() as channel:
            async for message in self._each(channel):
                found = DeadLetter.of(message, self._queue)
                if event_id in (None, found.event_id):
                    headers = _without_past(message.headers)
                    await put_copy(channel, message, self._queue.name, headers)
                    await message.ack()
                    replayed += 1
        return replayed

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[AbstractChannel]:
        connection = await connect(self._url)
        try:
            channel = await connection.channel(on_return_raises=True)
            await self._queue.declare(channel)
            yield channel
        finally:
            await abandon(connection)

    async def _each(
        self, channel: AbstractChannel
    ) -> AsyncIterator[AbstractIncomingMessage]:
        """Those that are parked now, and not what is parked anew in the meantime; what
        is not acknowledged goes back to its place."""
        parking = await channel.declare_queue(
            self._queue.parking, passive=True, timeout=CONNECT_SECONDS
        )
        for _ in range(parking.declaration_result.message_count or 0):
            message = await parking.get(fail=False, timeout=CONNECT_SECONDS)
            if message is None:  # somebody else looks at them too
                break
            yield message
        underlay = await channel.get_underlay_channel()
        await underlay.basic_nack(0, multiple=True, requeue=True)


def parked_at(headers: HeadersType, queue: Queue) -> datetime | None:
    """When a message with these headers was parked: by us, or by the broker."""
    marked = headers.get(PARKED_AT_HEADER)
    if isinstance(marked, str):
        with suppress(ValueError, OverflowError):
            return datetime.fromisoformat(marked).astimezone(UTC)
    deaths = headers.get(DEATHS_HEADER)
    for death in deaths if isinstance(deaths, list) else ():
        if isinstance(death, dict) and death.get("queue") == queue.name:
            time = death.get("time")
            return time.astimezone(UTC) if isinstance(time, datetime) else None
    return None


def _why_by_the_broker(queue: Queue) -> str:
    return f"delivered more than {queue.deliveries} times and never answered"


def _event(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return event if isinstance(event, dict) else {}


def _id(event: dict[str, Any]) -> str | None:
    event_id = event.get("id")
    is_one = isinstance(event_id, str) and len(event_id) <= LONGEST_ID
    return event_id if is_one else None


def _name(body: bytes) -> str:
    return f"sha256-{hashlib.sha256(body).hexdigest()[:16]}"


def _trace_id(headers: HeadersType) -> str | None:
    parts = str(headers.get("traceparent", "")).split("-")
    return parts[1] if len(parts) == 4 else None


def _without_past(headers: HeadersType) -> HeadersType:
    return {
        name: value
        for name, value in headers.items()
        if name not in PAST and not name.startswith(PAST_PREFIXES)
    }
