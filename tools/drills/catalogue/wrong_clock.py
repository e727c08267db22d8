"""The clock of order-service is fast.

In containers it reads the library of this machine, whose libc must not be newer than
theirs.
"""

import glob
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tools.drills.drill import Alert, Code, Drill, Logged, Panel
from tools.drills.target import Target

SERVICE = "order-service"
LIBRARY = "/usr/lib/*/faketime/libfaketimeMT.so.1"
AHEAD = "+10m"


@asynccontextmanager
async def break_it(target: Target) -> AsyncIterator[None]:
    [library, *_] = glob.glob(LIBRARY)
    await target.restart_with(
        SERVICE,
        {
            "LD_PRELOAD": await target.lend(SERVICE, Path(library)),
            "FAKETIME": AHEAD,
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        },
    )
    yield


async def mend(target: Target) -> None:
    await target.undo_settings(SERVICE)


def obstacle() -> str | None:
    return None if glob.glob(LIBRARY) else "install faketime (Debian package: faketime)"


DRILL = Drill(
    name="wrong-clock",
    component=SERVICE,
    story="the clock of order-service is ten minutes fast",
    alert=Alert("ClockWrong", {"service": SERVICE}),
    hints=(
        "Read the lines of one order in the logs of all services, in their order. What"
        " is odd?",
        "Which service disagrees with all others about the present time?",
        "Compare clock_seconds of all services in Prometheus.",
    ),
    break_it=break_it,
    mend=mend,
    obstacle=obstacle,
    panel=Panel(
        "overview",
        "Clocks",
        "max by (service) (abs(clock_seconds - timestamp(clock_seconds))) > 5",
    ),
    trace=Logged(SERVICE, ('"event": "request"', '"POST"', '"status": 20')),
    log=Logged(SERVICE, ('"event": "request"',)),
    proof="curl -s http://localhost:8003/metrics | grep ^clock_seconds; date +%s",
    code=Code("libs/chassis/chassis/_observability/machine.py", "time.time"),
)
