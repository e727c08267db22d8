"""Waits for a condition with a time limit."""

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
        within: seconds after which the last result is final.
        every: seconds between two checks.

    Raises:
        AssertionError: the condition did not become true in time.
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
