"""Stalls of the machine, during which no test and no service can do anything."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

LOOK_SECONDS = 0.05
# Less is the usual delay of an event loop.
LEAST_SECONDS = 0.1


class Stalls:
    """Notes when the event loop of the test was late."""

    def __init__(self) -> None:
        self._found: list[tuple[float, float]] = []
        self._due = time.monotonic()

    @classmethod
    @asynccontextmanager
    async def observed(cls) -> AsyncIterator[Self]:
        stalls = cls()
        observing = asyncio.create_task(stalls._observe())
        try:
            yield stalls
        finally:
            observing.cancel()
            stalls._note()

    def seconds(self, begin: float, end: float) -> float:
        """Returns how long the machine stalled between two monotonic times."""
        return sum(max(0.0, min(e, end) - max(b, begin)) for b, e in self._found)

    async def _observe(self) -> None:
        while True:
            self._due = time.monotonic() + LOOK_SECONDS
            await asyncio.sleep(LOOK_SECONDS)
            self._note()

    def _note(self) -> None:
        now = time.monotonic()
        if now - self._due > LEAST_SECONDS:
            self._found.append((self._due, now))
