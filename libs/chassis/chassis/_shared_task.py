"""A task whose result several callers await."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


def start_shared(work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
    """Starts work whose result its callers await through `asyncio.shield`.

    All callers may be cancelled before the work fails. Without the callback, asyncio
    would then log that the error was never retrieved.
    """
    task = asyncio.create_task(work)
    task.add_done_callback(_retrieve_error)
    return task


def _retrieve_error(task: asyncio.Task[Any]) -> None:
    if not task.cancelled():
        task.exception()
