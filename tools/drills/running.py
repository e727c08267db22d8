"""Runs a drill: people use the platform, and then it breaks."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

from tools.drills import own_prometheus, personas, state
from tools.drills.catalogue import DRILLS
from tools.drills.drill import Drill
from tools.drills.target import Target
from tools.local.errors import PlatformError

# A forgotten drill mends the platform after this time.
LONGEST_SECONDS = 45 * 60


@asynccontextmanager
async def broken(drill: Drill, target: Target) -> AsyncIterator[float]:
    """The platform is used and broken while this lasts, and mended afterwards.

    Yields:
        when it was broken, in seconds of the epoch.
    """
    people = personas.gathered(target, through_gateway=drill.through_gateway)
    async with people as crowd, personas.at_work(crowd):
        since = time.time()
        try:
            async with drill.break_it(target):
                yield since
        finally:
            await drill.mend(target)


async def run(file: Path, target_in: Callable[[str], Target]) -> None:
    """Runs the drill in the file until SIGTERM, or until its time is over."""
    incident = state.load(file)
    if incident is None:
        raise PlatformError("no drill was chosen: `make drill` chooses one")
    incident = replace(incident, pid=os.getpid())
    target = target_in(incident.mode)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    try:
        async with broken(DRILLS[incident.drill], target) as since:
            state.save(file, replace(incident, since=since))
            with suppress(TimeoutError):
                async with asyncio.timeout(LONGEST_SECONDS):
                    await stop.wait()
    except Exception as error:  # `make drill` reports it
        state.save(file, replace(incident, error=f"{type(error).__name__}: {error}"))
        raise
    if not stop.is_set():
        own_prometheus.stop(file.parent, incident.prometheus)
        state.clear(file)
