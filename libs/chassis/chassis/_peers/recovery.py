"""Polls a failing peer, so that callers do not wait long after a short outage."""

import asyncio
import contextvars
import random
from collections.abc import Awaitable, Callable

from chassis._errors import Unavailable
from chassis._peers.breaker import Breaker

POLL_SECONDS = 2.0


class Recovery:
    """Polls a peer as long as its circuit breaker is open.

    Args:
        ping: asks the peer whether it is ready; raises `Unavailable` if it is not.
    """

    def __init__(self, ping: Callable[[], Awaitable[None]]) -> None:
        self._ping = ping
        self._polling: asyncio.Task[None] | None = None

    def watch(self, breaker: Breaker) -> None:
        if self._polling is None or self._polling.done():
            # The task outlives the current request, and does not belong to its trace.
            self._polling = asyncio.create_task(
                self._poll(breaker), context=contextvars.Context()
            )

    def stop(self) -> None:
        if self._polling is not None:
            self._polling.cancel()

    async def _poll(self, breaker: Breaker) -> None:
        while breaker.state == "open":
            await asyncio.sleep(random.uniform(0.5, 1) * POLL_SECONDS)  # noqa: S311
            try:
                await self._ping()
            except Unavailable:
                continue
            breaker.try_again()
