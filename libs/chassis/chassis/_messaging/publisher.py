"""Publishes to RabbitMQ, which confirms each message."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractExchange
from aio_pika.connection import make_url
from aio_pika.exceptions import DeliveryError
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import SpanKind

from chassis._messaging.events import CONTENT_TYPE
from chassis._observability.telemetry import current_trace_context, message_span

CONNECT_SECONDS = 3.0
# Together less than a transaction may be idle (`connection.SESSION_OPTIONS`), because
# the relay's transaction is idle meanwhile.
OPEN_SECONDS = 3.0
CONFIRM_SECONDS = 5.0
CLOSE_SECONDS = 1.0


class PublishRejected(Exception):
    """The broker has rejected the message, or no queue is bound for it."""


@dataclass(frozen=True)
class Outgoing:
    """A message to publish.

    Attributes:
        headers: the trace context and request id of the message.
        mandatory: whether the broker rejects the message if no queue is bound for it.
    """

    exchange: str
    routing_key: str
    body: bytes
    message_id: str
    headers: dict[str, str]
    mandatory: bool


class Publisher:
    """One channel with publisher confirms, reopened after any failure."""

    def __init__(self, url: str, provider: TracerProvider) -> None:
        self._url = url
        self._provider = provider
        self._connection: AbstractConnection | None = None
        self._channel: AbstractChannel | None = None
        self._exchanges: dict[str, AbstractExchange] = {}

    async def publish(self, messages: Sequence[Outgoing]) -> list[Exception | None]:
        """Publishes all, and waits for the confirmations.

        Returns:
            for each message None, or the error because of which it may be lost.

        Raises:
            Exception: nothing could be sent, because there is no broker.
        """
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                await self._open()
                for name in {message.exchange for message in messages}:
                    await self._exchange(name)
        except BaseException:
            await self.close()
            raise
        outcomes = await asyncio.gather(
            *(self._publish_one(message) for message in messages),
            return_exceptions=True,
        )
        failures: list[Exception | None] = []
        for outcome in outcomes:
            if outcome is not None and not isinstance(outcome, Exception):
                raise outcome
            failures.append(outcome)
        if any(f is not None and not isinstance(f, PublishRejected) for f in failures):
            await self.close()
        return failures

    async def _publish_one(self, outgoing: Outgoing) -> None:
        exchange = await self._exchange(outgoing.exchange)
        with message_span(
            outgoing.headers,
            self._provider,
            f"publish {outgoing.routing_key}",
            SpanKind.PRODUCER,
            place=outgoing.exchange,
            message_id=outgoing.message_id,
        ):
            message = aio_pika.Message(
                outgoing.body,
                content_type=CONTENT_TYPE,
                message_id=outgoing.message_id,
                headers=dict(current_trace_context()),
                delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            )
            try:
                await exchange.publish(
                    message,
                    outgoing.routing_key,
                    mandatory=outgoing.mandatory,
                    timeout=CONFIRM_SECONDS,
                )
            except DeliveryError as error:
                raise PublishRejected(type(error).__name__) from error

    async def _open(self) -> None:
        if self._channel is not None and not self._channel.is_closed:
            return
        await self.close()
        self._connection = await connect(self._url)
        self._channel = await self._connection.channel(
            publisher_confirms=True, on_return_raises=True
        )

    async def _exchange(self, name: str) -> AbstractExchange:
        if name not in self._exchanges:
            assert self._channel is not None
            self._exchanges[name] = await declare_exchange(self._channel, name)
        return self._exchanges[name]

    async def close(self) -> None:
        connection, self._connection, self._channel = self._connection, None, None
        self._exchanges = {}
        if connection is not None:
            await abandon(connection)


async def connect(url: str) -> AbstractConnection:
    # Not the robust connection, which can return without its consumers. Callers open a
    # new connection with its channels and consumers instead.
    connection = aio_pika.Connection(make_url(url))
    try:
        await connection.connect(timeout=CONNECT_SECONDS)
    except BaseException:
        # Otherwise its finalizer would close it at an unknown time.
        await connection.close()
        raise
    return connection


async def abandon(connection: AbstractConnection) -> None:
    """Closes the connection, even if the broker hangs and never answers."""
    try:
        with suppress(TimeoutError, aio_pika.exceptions.AMQPError, OSError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await connection.close()
    finally:
        # After an interrupted attempt this only notes the end. Otherwise its finalizer
        # would close it at an unknown time, perhaps in a thread without an event loop.
        await connection.close()


async def declare_exchange(channel: AbstractChannel, name: str) -> AbstractExchange:
    return await channel.declare_exchange(
        name, aio_pika.ExchangeType.TOPIC, durable=True, timeout=CONNECT_SECONDS
    )
