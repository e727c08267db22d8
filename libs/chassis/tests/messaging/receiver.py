"""A receiver of messages, and functions that publish messages."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aio_pika
import structlog
from aio_pika.abc import AbstractChannel
from opentelemetry.sdk.trace import TracerProvider

from chassis import Queue
from chassis._messaging.consumer import Consumer
from chassis._workers import running
from chassis.testing import eventually

TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACEPARENT = f"00-{TRACE_ID}-00f067aa0ba902b7-01"


class Receiver:
    """Takes bodies, and raises `failures` first."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.request_ids: list[str] = []
        self.asked_at: list[float] = []
        self.failures: list[Exception] = []

    @property
    def attempts(self) -> int:
        return len(self.asked_at)

    async def __call__(self, body: bytes) -> None:
        self.asked_at.append(time.monotonic())
        if self.failures:
            raise self.failures.pop(0)
        self.taken.append(body)
        context = structlog.contextvars.get_contextvars()
        self.request_ids.append(context.get("request_id", ""))

    async def has(self, *bodies: bytes) -> None:
        async def check() -> bool:
            assert self.taken == list(bodies), self.taken
            return True

        await eventually(check)

    async def gets(self, body: bytes) -> None:
        """Whatever came before, or comes again."""

        async def check() -> bool:
            return body in self.taken

        await eventually(check)


@asynccontextmanager
async def consuming(
    url: str, queue: Queue, receiver: Receiver, provider: TracerProvider
) -> AsyncIterator[None]:
    async with running(Consumer(url, queue, receiver, provider)):
        yield


async def send(channel: AbstractChannel, queue: Queue, body: bytes) -> None:
    message = aio_pika.Message(
        body,
        message_id=body.decode(),
        headers={"X-Request-ID": "r-1", "traceparent": TRACEPARENT},
    )
    await channel.default_exchange.publish(message, queue.name)


async def is_empty(channel: AbstractChannel, name: str) -> bool:
    queue = await channel.declare_queue(name, passive=True)
    return queue.declaration_result.message_count == 0
