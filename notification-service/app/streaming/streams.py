"""Limits the open streams of this process, wakes them, and ends them together."""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress

from app.errors import TooManyStreams

# An idle stream takes 40 to 80 KiB of memory, by the machine.
STREAMS = 2_000
STREAMS_OF_ONE_USER = 5


class Stream:
    """One open stream of a user."""

    def __init__(self, user_id: int) -> None:
        self.user_id = user_id
        self.has_ended = False
        self._woken = asyncio.Event()

    def wake(self) -> None:
        self._woken.set()

    def end(self) -> None:
        self.has_ended = True
        self.wake()

    async def is_woken_within(self, seconds: float) -> bool:
        """Waits for `seconds`, or less if something wakes the stream."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        is_woken = self._woken.is_set()
        self._woken.clear()
        return is_woken


class Streams:
    def __init__(
        self, limit: int = STREAMS, limit_of_one_user: int = STREAMS_OF_ONE_USER
    ) -> None:
        self._limit = limit
        self._limit_of_one_user = limit_of_one_user
        # In the order in which they were opened.
        self._open: dict[Stream, None] = {}
        self._by_user: Counter[int] = Counter()
        self._are_ending = False

    @contextmanager
    def opened(self, user_id: int) -> Iterator[Stream]:
        """Occupies a place for one stream while the block runs."""
        if self._are_ending:
            raise TooManyStreams("this server is shutting down")
        if self._by_user[user_id] >= self._limit_of_one_user:
            raise TooManyStreams("close one of your other streams first")
        if len(self._open) >= self._limit:
            self._make_room(user_id)
        stream = Stream(user_id)
        self._open[stream] = None
        self._by_user[user_id] += 1
        try:
            yield stream
        finally:
            self._remove(stream)

    @property
    def users(self) -> Collection[int]:
        return self._by_user.keys()

    def wake(self, users: Collection[int]) -> None:
        """Wakes the streams of these users."""
        for stream in self._open:
            if stream.user_id in users:
                stream.wake()

    def end(self) -> None:
        """Ends all streams; no further one can be opened."""
        self._are_ending = True
        for stream in self._open:
            stream.end()

    def _make_room(self, user_id: int) -> None:
        """Ends a stream of a user who has more of them than this one will have.

        So a few users with many streams cannot keep all others out.
        """
        [(greediest, count)] = self._by_user.most_common(1)
        if count <= self._by_user[user_id] + 1:
            raise TooManyStreams("all streams are taken at the moment")
        oldest = next(each for each in self._open if each.user_id == greediest)
        oldest.end()
        self._remove(oldest)

    def _remove(self, stream: Stream) -> None:
        if stream not in self._open:
            return
        del self._open[stream]
        self._by_user[stream.user_id] -= 1
        if not self._by_user[stream.user_id]:
            del self._by_user[stream.user_id]
