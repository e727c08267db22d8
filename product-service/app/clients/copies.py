"""Responses in the memory of this process, in front of Redis."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from prometheus_client import Counter

Headers = list[tuple[bytes, bytes]]

# The key in Redis that counts changes of pages.
EDITION = b"catalogue:edition"

# A copy that no invalidation reaches is outdated for no longer than this. A page may
# already be three seconds old in Redis.
PRODUCT_SECONDS = 3.0
PAGE_SECONDS = 1.0
MAX_BYTES = 8 * 1024 * 1024
REQUESTS = Counter(
    "cache_requests_total",
    "Reads of the catalogue: a copy in memory, else a hit or a miss of Redis, or Redis"
    " was unavailable",
    ["cache", "outcome"],
)
for _cache in ("product", "page"):
    for _outcome in ("copy", "hit", "miss", "unavailable"):
        # A counter that begins at its first read hides that one from Prometheus.
        REQUESTS.labels(_cache, _outcome)

# The memory of a copy beside its body.
OVERHEAD_BYTES = 1024


@dataclass(frozen=True)
class Copy:
    """A response that is the same for all clients."""

    headers: Headers
    body: bytes
    etag: str | None = None


class Copies:
    """Copies of responses, each for a short time and only while they are followed.

    They are followed while this process receives the invalidations of all processes.
    A response that was read before an invalidation and is kept after it would be
    outdated, so `keep` refuses a response if anything was dropped since its `ticket`.

    Args:
        cache: names them in the metric.
        life: seconds after which a copy is dropped, even if nothing has changed.
        max_bytes: the oldest copies make room for new ones.
        clock: seconds.
    """

    def __init__(
        self,
        cache: str,
        life: float,
        max_bytes: int = MAX_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._found = REQUESTS.labels(cache, "copy")
        self._life = life
        self._max_bytes = max_bytes
        self._clock = clock
        # All live equally long, so the first one is always the oldest.
        self._copies: dict[bytes, tuple[float, Copy]] = {}
        self._bytes = 0
        self._drops = 0
        self._is_followed = False

    @property
    def ticket(self) -> int:
        """Changes with every invalidation. Take it before a response is read."""
        return self._drops

    def find(self, target: bytes) -> Copy | None:
        until, copy = self._copies.get(target, (0.0, None))
        if copy is None or self._clock() >= until:
            return None
        self._found.inc()
        return copy

    def keep(self, target: bytes, copy: Copy, ticket: int) -> None:
        """Keeps a copy, unless it may be outdated."""
        if not self._is_followed or ticket != self._drops:
            return
        self._remove(target)
        size = _size(target, copy)
        if size > self._max_bytes:
            return
        now = self._clock()
        self._copies[target] = (now + self._life, copy)
        self._bytes += size
        while self._bytes > self._max_bytes or self._oldest_until() <= now:
            self._remove(next(iter(self._copies)))

    def drop(self, target: bytes) -> None:
        self._drops += 1
        self._remove(target)

    def drop_all(self) -> None:
        self._drops += 1
        self._copies.clear()
        self._bytes = 0

    def follow(self) -> None:
        """From now on invalidations arrive."""
        self._drops += 1
        self._is_followed = True

    def unfollow(self) -> None:
        """From now on invalidations may be lost."""
        self._is_followed = False
        self.drop_all()

    def _oldest_until(self) -> float:
        return next(iter(self._copies.values()))[0]

    def _remove(self, target: bytes) -> None:
        found = self._copies.pop(target, None)
        if found is not None:
            self._bytes -= _size(target, found[1])


def _size(target: bytes, copy: Copy) -> int:
    return len(target) + len(copy.body) + OVERHEAD_BYTES


@dataclass(frozen=True)
class CatalogueCopies:
    """Copies of products, by their key in Redis, and of pages, by path and query."""

    products: Copies = field(default_factory=lambda: Copies("product", PRODUCT_SECONDS))
    pages: Copies = field(default_factory=lambda: Copies("page", PAGE_SECONDS))

    def drop(self, key: bytes) -> None:
        """Drops what depends on a key in Redis."""
        if key == EDITION:
            self.pages.drop_all()
        else:
            self.products.drop(key)

    def follow(self) -> None:
        self.products.follow()
        self.pages.follow()

    def unfollow(self) -> None:
        self.products.unfollow()
        self.pages.unfollow()
