"""Publishes messages that no consumer can read (`break`), or deletes them (`mend`).

Runs as notification-service, whose container has this file on its standard input only.
"""

import asyncio
import sys

import aio_pika
from aio_pika.abc import AbstractChannel

from chassis import BrokerSettings

QUEUE = "order_notifications"
# By these ids, mending finds the messages among other dead letters.
IDS = (
    "0d121111-0000-4000-8000-000000000001",
    "0d121111-0000-4000-8000-000000000002",
)
BODY = b'{"order": 17, "state": "created"}'


async def publish(channel: AbstractChannel) -> None:
    exchange = await channel.get_exchange("order_events")
    for message_id in IDS:
        message = aio_pika.Message(BODY, message_id=message_id)
        await exchange.publish(message, "order.created")


async def delete(channel: AbstractChannel) -> None:
    """Deletes these dead letters, and puts all others back."""
    queue = await channel.get_queue(f"{QUEUE}.dlq")
    while message := await queue.get(fail=False):
        if message.message_id in IDS:
            await message.ack()
        # Other messages return to the queue when the connection ends.


async def main(act: str) -> None:
    url = BrokerSettings().broker_url
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        await (publish(channel) if act == "break" else delete(channel))


asyncio.run(main(sys.argv[1]))
