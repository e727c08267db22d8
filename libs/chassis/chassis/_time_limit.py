"""A time limit that reads what has arrived in time, even if the event loop was late."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

# asyncio looks for data before it runs timers. uvloop runs timers and ready callbacks
# first: it reads at the end of the first turn, and resumes the task in the second.
LATE_TURNS = 2


class _LateEnd:
    """Ends a time limit some turns of the event loop after its time."""

    def __init__(self, limit: asyncio.Timeout, seconds: float) -> None:
        self._limit = limit
        self._turns_left = LATE_TURNS
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.Handle = self._loop.call_later(seconds, self._end)

    def cancel(self) -> None:
        self._timer.cancel()

    def _end(self) -> None:
        if self._turns_left:
            self._turns_left -= 1
            self._timer = self._loop.call_soon(self._end)
        else:
            # A moment in the past is the next turn.
            self._limit.reschedule(0.0)


@asynccontextmanager
async def time_limit(seconds: float) -> AsyncIterator[asyncio.Timeout]:
    """As `asyncio.timeout`, but ends some turns of the event loop after the time.

    A loop that was busy finds a response and the end of its time at once.
    `asyncio.timeout` would cancel the task before it can read the response, as if the
    other side had been too slow.
    """
    async with asyncio.timeout(None) as limit:
        end = _LateEnd(limit, seconds)
        try:
            yield limit
        finally:
            end.cancel()
