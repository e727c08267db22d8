"""A time limit that reads what has arrived in time, even if the event loop was late."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def time_limit(seconds: float) -> AsyncIterator[asyncio.Timeout]:
    """As `asyncio.timeout`, but ends one turn of the event loop after the time.

    A loop that was busy finds a response and the end of its time in the same turn.
    `asyncio.timeout` would cancel the task before it can read the response, as if the
    other side had been too slow.
    """
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(None) as limit:
        # A moment in the past is the next turn.
        timer = loop.call_later(seconds, limit.reschedule, 0.0)
        try:
            yield limit
        finally:
            timer.cancel()
