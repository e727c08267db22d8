"""The counts of requests: in Redis, or in this process while Redis does not respond."""

import time
from dataclasses import dataclass
from math import floor
from typing import cast

from limits import RateLimitItem
from limits.aio.storage import (
    MemoryStorage,
    RedisStorage,
    SlidingWindowCounterSupport,
    Storage,
)
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from prometheus_client import Gauge

from chassis.redis_client import RedisLink, RedisUnavailable

# product-service's Redis serves: it is the only other user, and its keys differ.
KEY_PREFIX = "pannier-limits"
# Counts of callers while Redis does not respond; the oldest are forgotten first.
MOST_COUNTS = 40_000
# A process takes a hundredth of a limit at once, so that few requests of a busy caller
# cost one to Redis. Each replica can therefore waste a hundredth of a limit.
PORTIONS = 100

SHARED = Gauge(
    "rate_limits_shared",
    "1 if the replicas share their counts of requests in Redis, 0 if each has its own",
)


@dataclass(frozen=True)
class Portion:
    """The requests that a process has taken from the limit of one caller.

    Attributes:
        taken: the number of requests; 0 if the limit is reached.
        remaining: the number that is left for all replicas.
        seconds: until more is available if nothing was taken, else until the count
            begins anew.
    """

    taken: int
    remaining: int
    seconds: float


class Counters:
    def __init__(self, link: RedisLink) -> None:
        self._link = link
        redis = RedisStorage(
            "async+redis://",
            implementation="redispy",
            key_prefix=KEY_PREFIX,
            # `limits` passes it on as it is.
            connection_pool=link.redis.connection_pool,  # type: ignore[arg-type]
        )
        self._shared = Windows(redis)
        self._local = Windows(BoundedMemory())
        # A gauge begins at 0, which would be an alert until the first request.
        SHARED.set(1)

    async def take(self, item: RateLimitItem, *caller: str) -> Portion:
        try:
            portion = await self._link.ask(lambda: self._shared.take(item, *caller))
        except RedisUnavailable:
            SHARED.set(0)
            return await self._local.take(item, *caller)
        SHARED.set(1)
        return portion


class BoundedMemory(MemoryStorage):
    """Counts in this process, at a cost that does not grow with the number of callers.

    The storage of the library compares all expiry times at each count, and keeps any
    number of them.
    """

    async def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        # This forgets the count if it has expired.
        count = await self.get(key)
        if not count:
            while len(self.expirations) >= MOST_COUNTS:
                await self.clear(next(iter(self.expirations)))
            self.expirations[key] = time.time() + expiry
        self.storage[key] = count + amount
        return count + amount


class Windows:
    """Counts in a sliding window, which the library approximates with two counters."""

    def __init__(self, storage: Storage) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._storage = cast(SlidingWindowCounterSupport, storage)

    async def take(self, item: RateLimitItem, *caller: str) -> Portion:
        seconds = item.get_expiry()
        window = Window(
            *await self._storage.get_sliding_window(item.key_for(*caller), seconds),
            seconds,
        )
        room = item.amount - window.count
        wanted = min(max(1, item.amount // PORTIONS), room)
        if wanted > 0 and await self._limiter.hit(item, *caller, cost=wanted):
            return Portion(wanted, room - wanted, window.rest)
        return Portion(0, 0, window.until_room(item.amount))


@dataclass(frozen=True)
class Window:
    """The counts of the previous window, which lose weight, and of the current one.

    Attributes:
        current_left: the seconds until the current count has no weight either.
    """

    previous: int
    previous_left: float
    current: int
    current_left: float
    seconds: int

    @property
    def count(self) -> int:
        return floor(self.previous * self.previous_left / self.seconds) + self.current

    @property
    def rest(self) -> float:
        """The seconds until the current window ends."""
        return self.current_left % self.seconds or self.seconds

    def until_room(self, amount: int) -> float:
        """Returns the seconds until the count is below the amount."""
        if self.current < amount and self.previous:
            weight = amount - self.current
            return max(0, self.previous_left - weight * self.seconds / self.previous)
        if self.current:
            return max(0, self.current_left - amount * self.seconds / self.current)
        return 0
