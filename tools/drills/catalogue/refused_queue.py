"""A queue has other arguments than its consumer declares."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tools.drills.drill import Alert, Code, Drill, Logged, Panel
from tools.drills.target import Target

SERVICE = "notification-service"
QUEUE = "order_notifications"
SCRIPT = Path(__file__).parents[1] / "scripts" / "refused_queue.py"


@asynccontextmanager
async def break_it(target: Target) -> AsyncIterator[None]:
    await target.run_script(SERVICE, SCRIPT, "break")
    yield


async def mend(target: Target) -> None:
    await target.run_script(SERVICE, SCRIPT, "mend")


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
