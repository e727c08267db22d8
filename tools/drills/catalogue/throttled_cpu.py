"""product-service gets the processor for a moment only, again and again."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tools.drills.drill import Alert, Code, Drill, Logged, Panel
from tools.drills.target import Target

SERVICE = "product-service"
SUSPENDED_SECONDS, RUNNING_SECONDS = 1.2, 0.15


@asynccontextmanager
async def break_it(target: Target) -> AsyncIterator[None]:
    task = asyncio.create_task(_throttle(target))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _throttle(target: Target) -> None:
    while True:
        async with target.hung(SERVICE):
            await asyncio.sleep(SUSPENDED_SECONDS)
        await asyncio.sleep(RUNNING_SECONDS)


async def mend(target: Target) -> None:
    target.signal(SERVICE, signal.SIGCONT)


DRILL = Drill(
    name="throttled-cpu",
    component=SERVICE,
    story="product-service got a tenth of a processor, as with a limit that is too"
    " low: everything in it takes long, and nothing in it is slow",
    alert=Alert("ErrorBudgetBurnsFast", {"slo": "order-latency"}),
    hints=(
        "Which service do the slow requests have in common?",
        "In that service all routes are slow, even /health/live, which needs no"
        " database. Which statements wait in its database?",
        "Compare the CPU seconds of its process with those of the other services, or"
        " watch its state in top.",
    ),
    break_it=break_it,
    mend=mend,
    panel=Panel(
        SERVICE,
        "CPU",
        f'rate(process_cpu_seconds_total{{service="{SERVICE}"}}[5m])',
    ),
    trace=Logged("order-service", ('"event": "request"', '"POST"', '"/orders"'), 1000),
    log=Logged(SERVICE, ('"event": "request"',), slower_than=1000),
    proof="curl -s -w '%{time_total}' http://localhost:8002/health/live",
    code=Code("order-service/app/clients/products.py", "class ProductsClient"),
)
