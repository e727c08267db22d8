"""Background work that outlives its errors."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Protocol

import structlog

from chassis._lateness import Lateness

log = structlog.get_logger(__name__)

# In seconds, for workers that serve no request: a service that starts needs its cores
# and connections itself.
HOUSEKEEPING_DELAY = 10.0


class Loop(Protocol):
    """Something that runs until it is cancelled: a `Worker`, or a `Consumer`."""

    name: str

    async def run(self) -> None: ...


class Pauses:
    """The waits of a worker, each a tenth longer than the one before.

    So a worker costs little at rest, and is late for a retry by at most a tenth of the
    delay of the retry.
    """

    GROWTH = 1.1

    def __init__(self, shortest: float, longest: float) -> None:
        self._shortest = shortest
        self._longest = longest
        self._next = shortest

    def next(self) -> float:
        pause = self._next
        self._next = min(pause * self.GROWTH, self._longest)
        return pause

    def restart(self) -> None:
        self._next = self._shortest


class Worker:
    """Repeats a step: at once while there is work, else when woken or after a wait.

    Each process that stores work also runs the worker and wakes it after the commit, so
    that the waits only matter for retries, and for the work of processes that crashed.

    Args:
        step: does some work in a bounded time; returns how much it found.
        interval: seconds until the first step after there was work. The waits grow
            while there is none.
        longest: seconds between steps at most; not less than `interval`.
        patience: seconds at most between attempts while the step fails.
        batch: how much a step finds at most. If it finds less, the worker waits.
        is_endless: whether a step ends only by failing. Such a worker is never late.
        gather: seconds from being woken to the step, so that one step does the work of
            several commits.
        delay: seconds until the first step, also if the worker is woken. Until then it
            has no metric.
    """

    def __init__(
        self,
        name: str,
        step: Callable[[], Awaitable[int]],
        interval: float = 0.5,
        longest: float = 5.0,
        patience: float = 5.0,
        batch: int = 1,
        gather: float = 0.0,
        delay: float = 0.0,
        *,
        is_endless: bool = False,
    ) -> None:
        self.name = name
        self._step = step
        self._interval = interval
        longest = max(interval, longest)
        self._pauses = Pauses(interval, longest)
        self._lateness = None if is_endless else Lateness(name, longest)
        self._patience = patience
        self._batch = batch
        self._gather = gather
        self._delay = delay
        self._woken = asyncio.Event()

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        failures = 0
        if self._delay:
            await asyncio.sleep(self._delay)
        if self._lateness:
            self._lateness.begin()
        task = asyncio.current_task()
        # The libraries below may lose a cancellation that comes while they connect.
        while task is None or not task.cancelling():
            self._woken.clear()
            try:
                found = await self._step()
                failures = 0
                if self._lateness:
                    self._lateness.record_success()
            except (Exception, asyncio.CancelledError) as error:
                # A worker that ends would go unnoticed. aiormq also cancels the task
                # when it loses a connection.
                if task is not None and task.cancelling():
                    raise
                failures += 1
                self._log_failure(error, failures)
            if task is not None and task.cancelling():
                return
            if failures:
                self._pauses.restart()
                pause = self._interval * 2 ** min(failures, 10)
                await asyncio.sleep(min(pause, self._patience))
                continue
            if found:
                self._pauses.restart()
            if found < self._batch and await self._is_woken_within(self._pauses.next()):
                self._pauses.restart()
                await asyncio.sleep(self._gather)

    async def _is_woken_within(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        return self._woken.is_set()

    def _log_failure(self, error: BaseException, failures: int) -> None:
        log.warning(
            "worker_step_failed",
            worker=self.name,
            failures=failures,
            error=f"{type(error).__name__}: {error}",
            exc_info=error if failures == 1 else None,
        )


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
