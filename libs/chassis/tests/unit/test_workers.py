"""Background work that outlives its errors."""

import asyncio
from contextlib import suppress

import pytest

from chassis import Worker
from chassis._lateness import Lateness
from chassis._workers import Pauses, running
from chassis.testing import eventually, metric


class Step:
    """A step that returns or raises the given outcomes in turn."""

    def __init__(self, *outcomes: int | Exception) -> None:
        self._outcomes = list(outcomes)
        self.calls = 0

    async def __call__(self) -> int:
        self.calls += 1
        outcome = self._outcomes.pop(0) if self._outcomes else 0
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def called(self, times: int) -> None:
        async def check() -> bool:
            return self.calls >= times

        await eventually(check, every=0.005)


async def test_worker_continues_at_once_while_work_remains() -> None:
    step = Step(5, 5, 5)
    async with running(Worker("test", step, interval=60)):
        await step.called(4)
    assert step.calls == 4


async def test_worker_repeats_step_after_interval() -> None:
    step = Step()
    async with running(Worker("test", step, interval=0.01)):
        await step.called(3)


async def test_worker_delays_its_first_step() -> None:
    step = Step()
    clock = asyncio.get_running_loop().time
    begun_at = clock()
    async with running(Worker("test", step, interval=60, delay=0.05)):
        await step.called(1)
    assert clock() - begun_at >= 0.05


async def test_worker_can_be_woken() -> None:
    step = Step()
    worker = Worker("test", step, interval=60)
    async with running(worker):
        await step.called(1)
        worker.wake()
        await step.called(2)


def test_pauses_grow_by_a_tenth_to_the_longest() -> None:
    pauses = Pauses(shortest=1.0, longest=1.25)
    waits = [pauses.next() for _ in range(4)]
    assert waits == [1.0, pytest.approx(1.1), pytest.approx(1.21), 1.25]
    pauses.restart()
    assert pauses.next() == 1.0


@pytest.mark.parametrize("delay", [1.0, 2.0, 4.0, 30.0])
def test_retry_is_late_by_a_tenth_of_its_delay(delay: float) -> None:
    pauses = Pauses(shortest=0.2, longest=60.0)
    step_at = 0.0
    while step_at < delay:
        step_at += pauses.next()
    assert step_at - delay <= 0.2 + delay / 10


@pytest.mark.parametrize("outcome", [1, ValueError("a bug")])
async def test_worker_waits_briefly_after_work_or_failure(
    outcome: int | Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pauses, "GROWTH", 1e6)
    step = Step(0, outcome)
    worker = Worker("test", step, interval=0.01, longest=60)
    async with running(worker):
        await step.called(1)
        worker.wake()
        await step.called(4)


async def test_woken_worker_waits_briefly_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Pauses, "GROWTH", 1e6)
    step = Step()
    worker = Worker("test", step, interval=0.01, longest=60)
    async with running(worker):
        await step.called(2)
        worker.wake()
        await step.called(4)


async def test_worker_waits_after_less_than_a_batch() -> None:
    step = Step(5, 4)
    async with running(Worker("test", step, interval=60, batch=5)):
        await step.called(2)
        await asyncio.sleep(0)
        assert step.calls == 2


async def test_woken_worker_gathers_work_for_one_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sleep, time_is_over = asyncio.sleep, asyncio.Event()

    async def gather(seconds: float) -> None:
        await (time_is_over.wait() if seconds == 60 else sleep(seconds))

    monkeypatch.setattr(asyncio, "sleep", gather)
    step = Step(1)
    worker = Worker("test", step, interval=60, batch=5, gather=60)
    async with running(worker):
        await step.called(1)
        for _ in range(5):
            worker.wake()
            await asyncio.sleep(0)
        assert step.calls == 1
        time_is_over.set()
        await step.called(2)
        await asyncio.sleep(0)
        assert step.calls == 2


async def test_worker_survives_errors() -> None:
    step = Step(ValueError("a bug"), ConnectionError("an outage"), 1)
    async with running(Worker("test", step, interval=0.01)):
        await step.called(4)


async def test_failing_worker_waits_between_attempts() -> None:
    step = Step(*[ValueError("a bug")] * 1000)
    async with running(Worker("test", step, interval=0.05, patience=0.1)):
        await asyncio.sleep(0.5)
    assert step.calls < 10


async def is_overdue(worker: str) -> bool:
    return metric("worker_overdue_seconds", worker=worker) > 0


async def test_failing_worker_is_overdue() -> None:
    step = Step(0, *[ValueError("a bug")] * 1000)
    worker = Worker("failing", step, interval=0.01, longest=0.01, patience=0.01)
    async with running(worker):
        await step.called(2)
        await eventually(lambda: is_overdue("failing"))


async def test_hanging_worker_is_overdue() -> None:
    worker = Worker("hanging", asyncio.Event().wait, interval=0.01, longest=0.01)
    async with running(worker):
        await eventually(lambda: is_overdue("hanging"))


async def test_endless_worker_is_never_overdue() -> None:
    began = asyncio.Event()

    async def follow() -> int:
        began.set()
        await asyncio.Event().wait()
        return 0

    worker = Worker("endless", follow, interval=0, longest=0, is_endless=True)
    async with running(worker):
        await began.wait()
        assert not await is_overdue("endless")


def test_worker_is_late_only_after_its_longest_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr("chassis._lateness.time.monotonic", lambda: now)
    lateness = Lateness("test", longest=60)
    lateness.begin()
    now += 60
    assert lateness.seconds() == 0
    now += 5
    assert lateness.seconds() == 5
    lateness.record_success()
    assert lateness.seconds() == 0


async def test_worker_ends_when_its_step_loses_the_cancellation() -> None:
    began = asyncio.Event()

    async def lose_cancellation() -> int:
        began.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        return 0

    worker = Worker("test", lose_cancellation, interval=60)
    async with asyncio.timeout(5), running(worker):
        await began.wait()
