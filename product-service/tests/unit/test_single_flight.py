"""Many wait for one."""

import asyncio

import pytest

from app.clients.single_flight import SingleFlight


class Slow:
    """Something to fetch, that takes until it is let go."""

    def __init__(self) -> None:
        self.fetched = 0
        self.go = asyncio.Event()

    async def fetch(self) -> int:
        self.fetched += 1
        await self.go.wait()
        return self.fetched


async def test_later_caller_joins_running_fetch() -> None:
    flights: SingleFlight[int] = SingleFlight()
    slow = Slow()
    waiting = [asyncio.create_task(flights.run(7, slow.fetch)) for _ in range(5)]
    await asyncio.sleep(0)
    slow.go.set()
    assert await asyncio.gather(*waiting) == [1] * 5
    assert await flights.run(7, slow.fetch) == 2


async def test_different_keys_are_fetched_separately() -> None:
    flights: SingleFlight[int] = SingleFlight()
    slow = Slow()
    slow.go.set()
    both = await asyncio.gather(flights.run(7, slow.fetch), flights.run(8, slow.fetch))
    assert slow.fetched == len(both)


async def test_cancelled_caller_does_not_cancel_others() -> None:
    flights: SingleFlight[int] = SingleFlight()
    slow = Slow()
    first, second = (asyncio.create_task(flights.run(7, slow.fetch)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    slow.go.set()
    assert await second == 1
    assert first.cancelled()


async def test_failure_reaches_all_callers_and_is_not_remembered() -> None:
    flights: SingleFlight[int] = SingleFlight()

    async def fail() -> int:
        raise ConnectionError

    async def succeed() -> int:
        return 1

    outcomes = await asyncio.gather(
        *(flights.run(7, fail) for _ in range(2)), return_exceptions=True
    )
    assert all(isinstance(outcome, ConnectionError) for outcome in outcomes)
    with pytest.raises(ConnectionError):
        await flights.run(7, fail)
    assert await flights.run(7, succeed) == 1
