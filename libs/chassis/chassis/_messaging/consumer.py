"""Consumes a queue so that no message is lost, even if the broker fails."""

import asyncio
from contextlib import suppress
from typing import Any

import structlog
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import SpanKind

from chassis._messaging.broker_probe import ping_broker
from chassis._messaging.dead_letters import DeadLetters
from chassis._messaging.handling import HANDLE_SECONDS, Handler, Receive
from chassis._messaging.publisher import CONNECT_SECONDS, OPEN_SECONDS, abandon, connect
from chassis._messaging.queue import Queue
from chassis._messaging.queue_metrics import CONSUMING, observe_queue
from chassis._observability.telemetry import message_span

log = structlog.get_logger(__name__)

PREFETCH = 20
MEASURE_SECONDS = 5.0
LONGEST_RECONNECT_DELAY = 5.0


class ConsumerLost(Exception):
    """The broker no longer delivers to this consumer."""


class Consumer:
    """Feeds the messages of one queue to `receive`."""

    def __init__(
        self, url: str, queue: Queue, receive: Receive, provider: TracerProvider
    ) -> None:
        self.name = f"consumer-{queue.name}"
        self._url = url
        self._queue = queue
        self._handler = Handler(queue, receive)
        self._dead_letters = DeadLetters(url, queue)
        self._provider = provider
        self._in_hand: set[asyncio.Task[Any]] = set()
        self._reconnect_delay = 0.1
        self._consuming = CONSUMING.labels(queue.name)
        self._must_probe = False

    async def run(self) -> None:
        task = asyncio.current_task()
        # The libraries below may lose a cancellation that comes while they connect.
        while task is None or not task.cancelling():
            try:
                await self._consume()
            except (Exception, asyncio.CancelledError) as error:
                # A broker fails in many ways, and aiormq reports some by cancelling.
                if task is not None and task.cancelling():
                    raise
                log.warning(
                    "consumer_lost",
                    queue=self._queue.name,
                    error=f"{type(error).__name__}: {error}",
                )
            await asyncio.sleep(self._reconnect_delay)
            self._reconnect_delay = min(
                self._reconnect_delay * 2, LONGEST_RECONNECT_DELAY
            )

    async def _consume(self) -> None:
        if self._must_probe:
            # Each delivery counts towards the broker's limit. While the broker cannot
            # store messages for a retry, consume none.
            await ping_broker(self._url, self._queue.name)
            self._must_probe = False
        connection = await connect(self._url)
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                channel = await connection.channel(on_return_raises=True)
                await channel.set_qos(PREFETCH)
                queue = await self._queue.declare(channel)
            lost = asyncio.Event()
            underlay = await channel.get_underlay_channel()
            underlay.on_consumer_cancel_callbacks.add(lambda _: lost.set())
            channel.close_callbacks.add(lambda *_: lost.set())

            async def on_message(message: AbstractIncomingMessage) -> None:
                if not await self._on_message(channel, message):
                    self._must_probe = True
                    lost.set()

            tag = await queue.consume(on_message, timeout=CONNECT_SECONDS)
            log.info("consumer_started", queue=self._queue.name)
            self._reconnect_delay = 0.1
            self._consuming.set(1)
            try:
                await self._watch(channel, lost)
            except asyncio.CancelledError:
                await queue.cancel(tag, timeout=CONNECT_SECONDS)
                if self._in_hand:
                    await asyncio.wait(self._in_hand, timeout=HANDLE_SECONDS)
                raise
        finally:
            self._consuming.set(0)
            await abandon(connection)

    async def _watch(self, channel: AbstractChannel, lost: asyncio.Event) -> None:
        """Never returns; raises when deliveries may have ended.

        An open connection proves nothing: the queue may be deleted, or the broker hung.
        """
        task = asyncio.current_task()
        while not lost.is_set() and not (task and task.cancelling()):
            with suppress(TimeoutError):
                async with asyncio.timeout(MEASURE_SECONDS):
                    await lost.wait()
                    break
            await observe_queue(channel, self._queue, self._dead_letters)
        raise ConsumerLost(self._queue.name)

    async def _on_message(
        self, channel: AbstractChannel, message: AbstractIncomingMessage
    ) -> bool:
        """Returns whether the message was acknowledged."""
        task = asyncio.current_task()
        assert task is not None
        self._in_hand.add(task)
        try:
            headers = {k: v for k, v in message.headers.items() if isinstance(v, str)}
            with message_span(
                headers,
                self._provider,
                f"process {message.routing_key}",
                SpanKind.CONSUMER,
                place=self._queue.name,
                message_id=message.message_id,
            ):
                await self._handler.handle(channel, message)
        except Exception as error:
            # Without an acknowledgement the broker delivers the message again after
            # this channel is closed, and the inbox ignores it if it was processed.
            log.warning(
                "message_not_acknowledged",
                message_id=message.message_id,
                error=f"{type(error).__name__}: {error}",
            )
            return False
        finally:
            self._in_hand.discard(task)
        return True
