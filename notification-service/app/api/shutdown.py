"""Hearing early that the process is asked to stop."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def told_of_shutdown(tell: Callable[[], object]) -> Iterator[None]:
    """Calls `tell` when the server is asked to stop, before the server does anything.

    uvicorn ends the lifespan only after the last answer has ended, and a stream has no
    reason of its own to end. So its handlers are wrapped; without them there is
    nothing to hear.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    handlers = {number: signal.getsignal(number) for number in SIGNALS}

    def handle(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(tell)
        handler = handlers[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)

    wrapped = [number for number in SIGNALS if callable(handlers[number])]
    for number in wrapped:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number in wrapped:
            signal.signal(number, handlers[number])
