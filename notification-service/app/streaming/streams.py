"""Limits the open streams of this process, and ends them together."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from app.errors import TooManyStreams

STREAMS = 100
STREAMS_OF_ONE_USER = 5


class Streams:
    def __init__(
        self, limit: int = STREAMS, limit_of_one_user: int = STREAMS_OF_ONE_USER
    ) -> None:
        self._limit = limit
        self._limit_of_one_user = limit_of_one_user
        self._open: Counter[int] = Counter()
        self._ending = asyncio.Event()

    @contextmanager
    def opened(self, user_id: int) -> Iterator[None]:
        """Occupies a place for one stream while the block runs."""
        if self._ending.is_set():
            raise TooManyStreams("this server is shutting down")
        if self._open[user_id] >= self._limit_of_one_user:
            raise TooManyStreams("close one of your other streams first")
        if self._open.total() >= self._limit:
            raise TooManyStreams("all streams are taken at the moment")
        self._open[user_id] += 1
        try:
            yield
        finally:
            self._open[user_id] -= 1
            if not self._open[user_id]:
                del self._open[user_id]

    async def pause(self, seconds: float) -> bool:
        """Waits for `seconds`; returns False at once when the streams end."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ending.wait()
        return not self._ending.is_set()

    def end(self) -> None:
        """Ends all streams; no further one can be opened."""
        self._ending.set()
