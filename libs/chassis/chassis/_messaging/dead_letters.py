"""Lists, opens and replays dead letters."""

from dataclasses import dataclass
from datetime import UTC, datetime

from prometheus_client import Counter

from chassis._deadline import Deadline
from chassis._errors import NotFound
from chassis._messaging.dead_letter import (
    DeadLetter,
    OpenedDeadLetter,
    dead_letter_id,
    dead_lettered_at,
)
from chassis._messaging.dead_letter_queue import (
    DeadLetterSearchTimeout,
    open_dead_letter_queue,
)
from chassis._messaging.queue import Queue, headers_of_first_try, put_copy

REPLAYED = Counter(
    "dead_letters_replayed",
    "Dead letters that were put back into the queue",
    ["queue"],
)
# An administrator waits for the response.
TIME_LIMIT = 10.0
# Each takes the broker a round trip and a write, about 3 ms.
LISTED_AT_MOST = 1000
MEASURED_AT_MOST = 20
NEVER = datetime.min.replace(tzinfo=UTC)


class DeadLetterNotFound(NotFound):
    """No dead letter has this id: it was replayed, or it has expired."""


@dataclass(frozen=True)
class DeadLetterList:
    """The newest dead letters first.

    Attributes:
        total: how many there are; at most `LISTED_AT_MOST` are in the list.
    """

    letters: list[DeadLetter]
    total: int


@dataclass(frozen=True)
class Replay:
    """The result of a replay.

    Attributes:
        remaining: how many dead letters of the start are still dead-lettered.
    """

    replayed: int
    remaining: int


class DeadLetters:
    """The dead letters of one queue.

    Args:
        time_limit: seconds for looking at the dead letters.
    """

    def __init__(self, url: str, queue: Queue, time_limit: float = TIME_LIMIT) -> None:
        self._url = url
        self._queue = queue
        self._time_limit = time_limit
        self._replayed = REPLAYED.labels(queue.name)

    async def list_(self) -> DeadLetterList:
        letters: list[DeadLetter] = []
        async with open_dead_letter_queue(self._url, self._queue) as opened:
            async for message in opened.messages(self._deadline(), LISTED_AT_MOST):
                letters.append(DeadLetter.of(message, self._queue))
        # The queue returns letters that were read before after the others.
        letters.sort(key=lambda x: (x.dead_lettered_at or NEVER, x.id), reverse=True)
        return DeadLetterList(letters, opened.count)

    async def get(self, letter_id: str) -> OpenedDeadLetter:
        """Raises `DeadLetterNotFound`."""
        async with open_dead_letter_queue(self._url, self._queue) as opened:
            async for message in opened.messages(self._deadline()):
                if dead_letter_id(message) == letter_id:
                    return OpenedDeadLetter.of(message, self._queue)
        raise DeadLetterNotFound(f"there is no dead letter {letter_id}")

    async def replay(self, letter_id: str | None = None) -> Replay:
        """Puts all dead letters, or those with this id, back into the queue.

        Each leaves the dead-letter queue after the broker has confirmed its copy in the
        queue. If this process dies in between, the message is in both, and the inbox
        ignores the second one.

        Raises:
            DeadLetterNotFound: no dead letter has this id.
            DeadLetterSearchTimeout: none with this id was found in time.
        """
        replayed = 0
        async with open_dead_letter_queue(self._url, self._queue) as opened:
            try:
                async for message in opened.messages(self._deadline()):
                    if letter_id in (None, dead_letter_id(message)):
                        headers = headers_of_first_try(message.headers)
                        name = self._queue.name
                        await put_copy(opened.channel, message, name, headers)
                        await opened.remove(message)
                        self._replayed.inc()
                        replayed += 1
            except DeadLetterSearchTimeout:
                if not replayed:
                    raise
        if letter_id is not None and not replayed:
            raise DeadLetterNotFound(f"there is no dead letter {letter_id}")
        return Replay(replayed, opened.count - replayed)

    async def oldest_dead_lettered_at(self) -> datetime | None:
        """Returns the time of the oldest of the first `MEASURED_AT_MOST` letters."""
        times = []
        async with open_dead_letter_queue(self._url, self._queue) as opened:
            async for message in opened.messages(self._deadline(), MEASURED_AT_MOST):
                times.append(dead_lettered_at(message.headers, self._queue))
        return min((time for time in times if time), default=None)

    def _deadline(self) -> Deadline:
        return Deadline.after(self._time_limit)
