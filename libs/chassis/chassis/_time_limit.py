"""A time limit that reads what has arrived in time, even if the event loop was late."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

# asyncio looks for data before it runs timers. uvloop runs timers and ready callbacks
# first: it reads at the end of the first turn, and resumes the task in the second.
LATE_TURNS = 2


@asynccontextmanager
async def time_limit(seconds: float) -> AsyncIterator[asyncio.Timeout]:
    """As `asyncio.timeout`, but ends some turns of the event loop after the time.

    A loop that was busy finds a response and the end of its time at once.
    `asyncio.timeout` would cancel the task before it can read the response, as if the
    other side had been too slow.
    """
    loop = asyncio.get_running_loop()
    timer: asyncio.Handle
    async with asyncio.timeout(None) as limit:

        def end(turns_left: int) -> None:
            nonlocal timer
            if turns_left:
                timer = loop.call_soon(end, turns_left - 1)
            else:
                # A moment in the past is the next turn.
                limit.reschedule(0.0)

        timer = loop.call_later(seconds, end, LATE_TURNS)
        try:
            yield limit
        finally:
            timer.cancel()
