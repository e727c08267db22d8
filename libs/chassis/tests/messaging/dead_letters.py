"""Dead letters of the tests."""

from collections.abc import Awaitable, Callable

DeadLetter = Callable[..., Awaitable[None]]


def at(second: int) -> dict[str, str]:
    return {"x-dead-lettered-at": f"2026-11-21T18:00:{second:02}+00:00"}
