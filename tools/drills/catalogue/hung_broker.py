"""RabbitMQ accepts connections, and does nothing else."""

from contextlib import AbstractAsyncContextManager

from tools.drills.drill import Alert, Code, Drill, Logged, Panel
from tools.drills.target import Target


def break_it(target: Target) -> AbstractAsyncContextManager[None]:
    return target.hung("rabbitmq")


async def mend(target: Target) -> None:
    await target.resume("rabbitmq")


DRILL = Drill(
    name="hung-process",
    component="rabbitmq",
    story="the process of RabbitMQ was suspended: its port accepts connections, and no"
    " answer ever comes",
    alert=Alert("BrokerUnavailable"),
    hints=(
        "Which dependency is down in /health of the services?",
        "make status says that its process runs. Does it answer, and does it log"
        " anything?",
        "ps shows the state of a process; T means stopped.",
    ),
    break_it=break_it,
    mend=mend,
    panel=Panel(
        # An alarm of RabbitMQ would stop its publishers, and not its consumers.
        "saga",
        "Consumers",
        "sum by (queue) (queue_consuming) == 0",
    ),
    log=Logged("order-service", ('"check": "broker"', '"event": "probe_failed"')),
    proof='ps -o pid,stat,args -p "$(pid_of rabbitmq)"',
    proof_in_containers="docker compose exec rabbitmq sh -c"
    " 'grep ^State /proc/[0-9]*/status'",
    code=Code(
        "libs/chassis/chassis/_messaging/broker_probe.py", "async def ping_broker"
    ),
)
