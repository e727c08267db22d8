"""A message that a service cannot read."""

import uuid

import aio_pika

from tools.local.lifecycle import Platform

SERVICE = "notification-service"


async def dead_letter(platform: Platform) -> None:
    """Publishes a message that notification-service dead-letters."""
    url = platform.environment(SERVICE)["RABBITMQ_URL"]
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        nonsense = aio_pika.Message(b'{"order": 17}', message_id=str(uuid.uuid4()))
        exchange = await channel.get_exchange("order_events")
        await exchange.publish(nonsense, "order.created")
