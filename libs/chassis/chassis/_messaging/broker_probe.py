"""Probes whether the broker stores messages, not only whether it answers."""

import asyncio

import aio_pika

from chassis._messaging.publisher import CONNECT_SECONDS, abandon, connect


async def ping_broker(url: str, name: str) -> None:
    """Publishes a message to a quorum queue and reads the queue.

    A broker completes its handshake even if its queues are dead, as after a full
    disk, or if it accepts no messages, as while disk space or memory is low.

    Args:
        name: the caller; the queue is `<name>.probe` and holds one message at most.

    Raises:
        Exception: the broker failed to do so.
    """
    connection = await connect(url)
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            channel = await connection.channel()
        queue = await channel.declare_queue(
            f"{name}.probe",
            durable=True,
            arguments={
                "x-queue-type": "quorum",
                "x-max-length": 1,
                "x-message-ttl": 10_000,
            },
            timeout=CONNECT_SECONDS,
        )
        message = aio_pika.Message(b"", delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await channel.default_exchange.publish(
            message, queue.name, timeout=CONNECT_SECONDS
        )
        await queue.get(no_ack=True, fail=False, timeout=CONNECT_SECONDS)
    finally:
        await abandon(connection)
