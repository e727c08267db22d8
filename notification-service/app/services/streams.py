"""The streams that are open in this process: bounded, and ended together."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import ClassVar

from chassis import Unavailable

STREAMS = 100
STREAMS_OF_ONE_USER = 5


class TooManyStreams(Unavailable):
    """As many streams are open as this process, or one user, can have."""

    retry_after: ClassVar[int] = 10


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
        """A place for one stream, as long as the block runs."""
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
        """Waits; returns whether the streams go on, and at once if they do not."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ending.wait()
        return not self._ending.is_set()

    def end(self) -> None:
        """Ends all of them, and opens none any more."""
        self._ending.set()
