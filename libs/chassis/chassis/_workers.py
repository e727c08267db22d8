"""Background work that outlives its errors."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Protocol

import structlog

log = structlog.get_logger(__name__)


class Loop(Protocol):
    """Something that runs until it is cancelled: a `Worker`, or a `Consumer`."""

    name: str

    async def run(self) -> None: ...


class Worker:
    """Repeats a step: at once while there is work, else when woken or after a while.

    Args:
        step: does some work in a bounded time; returns how much it found.
        interval: seconds between steps when there is nothing to do.
        patience: seconds at most between attempts while the step fails.
    """

    def __init__(
        self,
        name: str,
        step: Callable[[], Awaitable[int]],
        interval: float = 0.5,
        patience: float = 5.0,
    ) -> None:
        self.name = name
        self._step = step
        self._interval = interval
        self._patience = patience
        self._woken = asyncio.Event()

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        failures = 0
        task = asyncio.current_task()
        # The libraries below may lose a cancellation that comes while they connect.
        while task is None or not task.cancelling():
            self._woken.clear()
            try:
                pause = 0.0 if await self._step() else self._interval
                failures = 0
            except (Exception, asyncio.CancelledError) as error:
                # A worker that ends would go unnoticed. aiormq also cancels the task
                # when it loses a connection.
                if task is not None and task.cancelling():
                    raise
                failures += 1
                pause = min(self._interval * 2 ** min(failures, 10), self._patience)
                log.warning(
                    "worker_step_failed",
                    worker=self.name,
                    failures=failures,
                    error=f"{type(error).__name__}: {error}",
                    exc_info=failures == 1,
                )
            if task is not None and task.cancelling():
                return
            if failures:
                await asyncio.sleep(pause)
            elif pause:
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._woken.wait()


@asynccontextmanager
async def running(*loops: Loop) -> AsyncIterator[None]:
    """Runs the loops in the background, and cancels them at the end."""
    tasks = [asyncio.create_task(loop.run(), name=loop.name) for loop in loops]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
