"""RabbitMQ believes that its disk is full, and accepts no messages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tools.drills.drill import Alert, Code, Drill, Logged, Panel
from tools.drills.target import Target
from tools.local.rabbitmq_store import DISK_FREE_LIMIT

MORE_THAN_ANY_DISK = str(10**15)


@asynccontextmanager
async def break_it(target: Target) -> AsyncIterator[None]:
    # The watch would restart a broker that is not short of space.
    async with target.unwatched():
        await target.broker("set_disk_free_limit", MORE_THAN_ANY_DISK)
        yield
        await mend(target)


async def mend(target: Target) -> None:
    await target.watch()
    await target.broker("set_disk_free_limit", str(DISK_FREE_LIMIT))


DRILL = Drill(
    name="full-disk",
    component="rabbitmq",
    story="RabbitMQ has less free space than its limit, so it stops all publishers",
    alert=Alert("BrokerUnavailable"),
    hints=(
        "Which dependency is down in /health of the services, and does it answer?",
        "RabbitMQ lets its clients connect and then blocks them. Its log says why.",
        "rabbitmqctl status has a section with alarms.",
    ),
    break_it=break_it,
    mend=mend,
    panel=Panel(
        "stores",
        "Answering",
        'min by (service, dependency) (dependency_up{dependency="broker"}) == 0',
    ),
    log=Logged("rabbitmq", ("disk resource limit alarm set",)),
    proof="broker rabbitmqctl status",
    code=Code("tools/local/rabbitmq_store.py", "disk_free_limit.absolute"),
)
