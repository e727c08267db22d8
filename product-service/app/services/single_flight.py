"""Many who want the same thing at the same time wait for one who fetches it."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    def __init__(self) -> None:
        self._flights: dict[Hashable, asyncio.Task[T]] = {}

    async def fly(
        self, key: Hashable, fetch: Callable[[], Coroutine[Any, Any, T]]
    ) -> T:
        """What `fetch` gives, or gives already to someone else under this key."""
        flight = self._flights.get(key)
        if flight is None:
            flight = asyncio.create_task(fetch())
            self._flights[key] = flight
            flight.add_done_callback(lambda landed: self._land(key, landed))
        # Who gives up waiting must not take the others' flight down.
        return await asyncio.shield(flight)

    def _land(self, key: Hashable, flight: asyncio.Task[T]) -> None:
        del self._flights[key]
        if not flight.cancelled():
            flight.exception()  # even if everybody who wanted to know has gone
