"""Declares a queue without its arguments (`break`), or deletes this queue (`mend`).

Runs as notification-service, whose container has this file on its standard input only.
"""

import asyncio
import sys

import aio_pika
from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import ChannelNotFoundEntity

from chassis import BrokerSettings

QUEUE = "order_notifications"


async def replace(channel: AbstractChannel) -> None:
    await channel.queue_delete(QUEUE)
    # Usually before the consumer, which notices the deletion first, declares it.
    await channel.declare_queue(QUEUE, durable=True)


async def delete(channel: AbstractChannel) -> None:
    try:
        queue = await channel.declare_queue(QUEUE, passive=True)
    except ChannelNotFoundEntity:
        return  # The consumer will declare it.
    if queue.declaration_result.consumer_count == 0:
        await channel.queue_delete(QUEUE)


async def main(act: str) -> None:
    url = BrokerSettings().broker_url
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        await (replace(channel) if act == "break" else delete(channel))


asyncio.run(main(sys.argv[1]))
