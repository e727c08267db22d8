"""Lets concurrent requests for the same value share one fetch."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    def __init__(self) -> None:
        self._flights: dict[Hashable, asyncio.Task[T]] = {}

    async def run(
        self, key: Hashable, fetch: Callable[[], Coroutine[Any, Any, T]]
    ) -> T:
        """Returns the result of `fetch`, or of a running fetch with the same key."""
        flight = self._flights.get(key)
        if flight is None:
            flight = asyncio.create_task(fetch())
            self._flights[key] = flight
            flight.add_done_callback(lambda landed: self._land(key, landed))
        # A caller that gives up must not cancel the others' fetch.
        return await asyncio.shield(flight)

    def _land(self, key: Hashable, flight: asyncio.Task[T]) -> None:
        del self._flights[key]
        if not flight.cancelled():
            flight.exception()  # retrieved, even if every caller has gone
