"""Time limits that read what has arrived in time, even if the event loop was late."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

# asyncio looks for data before it runs timers. uvloop runs timers and ready callbacks
# first: it reads at the end of the first turn, and resumes the task in the second.
LATE_TURNS = 2
# A loop that is late by less was only busy.
LATE_SECONDS = 0.1


class LateTimer:
    """Calls `end` some turns of the event loop after a time.

    A loop that was busy, or a process that was stopped, finds a response and the end of
    its time at once. After these turns it has read the response.
    """

    def __init__(self, seconds: float, end: Callable[[], object]) -> None:
        self._end = end
        self._turns_left = LATE_TURNS
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.Handle = self._loop.call_later(seconds, self._wait)

    def cancel(self) -> None:
        self._timer.cancel()

    def _wait(self) -> None:
        if self._turns_left:
            self._turns_left -= 1
            self._timer = self._loop.call_soon(self._wait)
        else:
            self._end()


@asynccontextmanager
async def time_limit(seconds: float) -> AsyncIterator[asyncio.Timeout]:
    """As `asyncio.timeout`, but ends some turns of the event loop after the time.

    `asyncio.timeout` would cancel the task before it can read a response that is there,
    as if the other side had been too slow.
    """
    async with asyncio.timeout(None) as limit:
        # A moment in the past is the next turn.
        timer = LateTimer(seconds, lambda: limit.reschedule(0.0))
        try:
            yield limit
        finally:
            timer.cancel()


@asynccontextmanager
async def renewed_time_limit(seconds: float) -> AsyncIterator[asyncio.Timeout]:
    """As `asyncio.timeout`, but begins once more if its end finds the event loop late.

    This is for waits of several steps, each of which can begin only when the loop has
    read the result of the one before: an address, and then a connection to it.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    async with asyncio.timeout(None) as limit:

        def end_or_renew() -> None:
            is_late = loop.time() > end + LATE_SECONDS
            limit.reschedule(loop.time() + seconds if is_late else 0.0)

        timer = LateTimer(seconds, end_or_renew)
        try:
            yield limit
        finally:
            timer.cancel()
