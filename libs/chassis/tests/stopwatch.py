"""Time limits of tests that hold on a machine that stalls."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

TICK_SECONDS = 0.02


class Stopwatch:
    """Counts the seconds for which the event loop was free to run.

    A stall of the process is one tick, however long it lasts: only time that the code
    spends waiting counts.
    """

    def __init__(self) -> None:
        self._ticks = 0

    @property
    def seconds(self) -> float:
        return self._ticks * TICK_SECONDS

    async def run(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self._ticks += 1


@asynccontextmanager
async def stopwatch() -> AsyncIterator[Stopwatch]:
    watch = Stopwatch()
    running = asyncio.create_task(watch.run())
    try:
        yield watch
    finally:
        running.cancel()
