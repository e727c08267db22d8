"""A producer sends messages that no consumer can read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aio_pika

from tools.drills.drill import Alert, Code, Drill, Logged, Panel
from tools.drills.target import Target

SERVICE = "notification-service"
QUEUE = "order_notifications"
# By these ids, mending finds the messages among other dead letters.
IDS = (
    "0d121111-0000-4000-8000-000000000001",
    "0d121111-0000-4000-8000-000000000002",
)
BODY = b'{"order": 17, "state": "created"}'


@asynccontextmanager
async def break_it(target: Target) -> AsyncIterator[None]:
    async with await aio_pika.connect(_url(target)) as connection:
        channel = await connection.channel()
        exchange = await channel.get_exchange("order_events")
        for message_id in IDS:
            message = aio_pika.Message(BODY, message_id=message_id)
            await exchange.publish(message, "order.created")
    yield


async def mend(target: Target) -> None:
    """Deletes these dead letters, and puts all others back."""
    async with await aio_pika.connect(_url(target)) as connection:
        queue = await (await connection.channel()).get_queue(f"{QUEUE}.dlq")
        while message := await queue.get(fail=False):
            if message.message_id in IDS:
                await message.ack()
            # Other messages return to the queue when the connection ends.


def _url(target: Target) -> str:
    return target.environment(SERVICE)["RABBITMQ_URL"]


DRILL = Drill(
    name="poison-message",
    component=SERVICE,
    story="a program that is not a part of the platform published events in a form of"
    " its own, which notification-service cannot read",
    alert=Alert("MessagesDeadLettered", {"service": SERVICE}),
    hints=(
        "Nothing is slow or down. What is in the place where messages go that were not"
        " processed?",
        "make dlq lists what was dead-lettered, and with SHOW=<id> its content and the"
        " reason.",
        "Compare its body with contracts/events: who could have published it?",
    ),
    break_it=break_it,
    mend=mend,
    panel=Panel(
        SERVICE,
        "Messages",
        f'max by (queue) (queue_messages{{service="{SERVICE}", queue=~".*dlq"}}) > 0',
    ),
    trace=Logged(SERVICE, ('"event": "message_dead_lettered"',)),
    log=Logged(SERVICE, ('"event": "message_dead_lettered"', IDS[0])),
    proof=f"make dlq SHOW={IDS[0]}",
    code=Code("libs/chassis/chassis/_messaging/inbox.py", "UnreadableEvent"),
)
