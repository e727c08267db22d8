"""Whether the broker does its work, not merely whether it answers."""

import asyncio

import aio_pika

from chassis._messaging.publisher import CONNECT_SECONDS, abandon, connect


async def ping_broker(url: str, name: str) -> None:
    """Publishes a message to a quorum queue and reads the queue.

    A broker completes its handshake though its queues are dead, as after a full disk,
    or though it accepts no message, as while its disk or memory is short.

    Args:
        name: of the caller; the queue is `<name>.probe` and holds one message at most.

    Raises:
        Exception: the broker did not do so.
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
