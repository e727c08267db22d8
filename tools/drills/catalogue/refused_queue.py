"""A queue has other arguments than its consumer declares."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aio_pika
from aio_pika.exceptions import ChannelNotFoundEntity

from tools.drills.drill import Alert, Code, Drill, Logged, Panel
from tools.drills.target import Target

SERVICE = "notification-service"
QUEUE = "order_notifications"


@asynccontextmanager
async def break_it(target: Target) -> AsyncIterator[None]:
    async with await aio_pika.connect(_url(target)) as connection:
        channel = await connection.channel()
        await channel.queue_delete(QUEUE)
        # Usually before the consumer, which notices the deletion first, declares it.
        await channel.declare_queue(QUEUE, durable=True)
    yield


async def mend(target: Target) -> None:
    async with await aio_pika.connect(_url(target)) as connection:
        channel = await connection.channel()
        try:
            queue = await channel.declare_queue(QUEUE, passive=True)
        except ChannelNotFoundEntity:
            return  # The consumer will declare it.
        if queue.declaration_result.consumer_count == 0:
            await channel.queue_delete(QUEUE)


def _url(target: Target) -> str:
    return target.environment(SERVICE)["RABBITMQ_URL"]


DRILL = Drill(
    name="refused-queue",
    component="rabbitmq",
    story=f"somebody deleted the queue {QUEUE} and created it by hand, without the"
    " arguments that notification-service declares",
    alert=Alert("NotConsuming", {"service": SERVICE}),
    hints=(
        "Customers can order, but are not notified. Does notification-service run?",
        "It runs and has lost its consumer. What does RabbitMQ answer when it tries"
        " again?",
        "rabbitmqctl list_queues name arguments shows how the queue differs from the"
        " other queues.",
    ),
    break_it=break_it,
    mend=mend,
    panel=Panel(
        "saga",
        "Consumers",
        f'sum by (queue) (queue_consuming{{queue="{QUEUE}"}}) == 0',
    ),
    log=Logged(SERVICE, ("PRECONDITION_FAILED",)),
    proof="broker rabbitmqctl list_queues name arguments",
    code=Code("libs/chassis/chassis/_messaging/queue.py", "self.name,"),
)
