"""Signals that reach uvicorn while the service stops."""

import asyncio
import signal
from collections.abc import Iterator
from types import FrameType

import pytest

from chassis._shutdown import Shutdown, shutdown_on_signals

TERM, INT = signal.SIGTERM, signal.SIGINT


@pytest.fixture
def handled() -> Iterator[list[int]]:
    """The signals that the server's handlers receive."""
    numbers: list[int] = []

    def handle(number: int, _: FrameType | None) -> None:
        numbers.append(number)

    before = {number: signal.signal(number, handle) for number in (TERM, INT)}
    yield numbers
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize(
    ("sent", "count"),
    [
        ([TERM], 1),
        ([INT], 1),
        ([TERM, TERM, TERM], 1),
        ([TERM, INT], 1),
        ([INT, TERM], 1),
        ([INT, INT], 2),
        ([TERM, INT, INT], 2),
    ],
)
async def test_only_second_interrupt_forces_the_end(
    handled: list[int], sent: list[signal.Signals], count: int
) -> None:
    shutdown = Shutdown()
    with shutdown_on_signals(shutdown):
        for number in sent:
            signal.raise_signal(number)
        await asyncio.sleep(0)
    assert handled == [INT] * count
    assert shutdown.begun
