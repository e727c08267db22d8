"""A producer sends messages that no consumer can read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tools.drills.drill import Alert, Code, Drill, Logged, Panel
from tools.drills.target import Target

SERVICE = "notification-service"
# The first of those that the script publishes.
MESSAGE_ID = "0d121111-0000-4000-8000-000000000001"
SCRIPT = Path(__file__).parents[1] / "scripts" / "poison_message.py"


@asynccontextmanager
async def break_it(target: Target) -> AsyncIterator[None]:
    await target.run_script(SERVICE, SCRIPT, "break")
    yield


async def mend(target: Target) -> None:
    await target.run_script(SERVICE, SCRIPT, "mend")


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
    log=Logged(SERVICE, ('"event": "message_dead_lettered"', MESSAGE_ID)),
    proof=f"make dlq SHOW={MESSAGE_ID}",
    code=Code("libs/chassis/chassis/_messaging/inbox.py", "UnreadableEvent"),
)
