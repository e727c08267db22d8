"""Waiting for what happens in its own time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def eventually(
    check: Callable[[], Awaitable[T | None]], within: float = 10.0, every: float = 0.05
) -> T:
    """Calls `check` until it returns something truthy without an AssertionError.

    Args:
        within: seconds after which the last outcome is final.
        every: seconds between two looks.

    Raises:
        AssertionError: it did not come true in time.
    """
    deadline = time.monotonic() + within
    while True:
        try:
            result = await check()
            if result:
                return result
            failure = AssertionError(f"still {result!r} after {within} s")
        except AssertionError as error:
            failure = error
        if time.monotonic() >= deadline:
            raise failure
        await asyncio.sleep(every)
