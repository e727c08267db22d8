"""Hearing early that the process is asked to stop."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class Shutdown:
    """Whether shutdown has begun, and who is to be told when it does."""

    def __init__(self) -> None:
        self.begun = False
        self._listeners: list[Callable[[], object]] = []

    def tell(self, listener: Callable[[], object]) -> None:
        self._listeners.append(listener)

    def begin(self) -> None:
        if self.begun:
            return
        self.begun = True
        for listener in self._listeners:
            listener()


@contextmanager
def heard(shutdown: Shutdown) -> Iterator[None]:
    """Begins the shutdown when the server is asked to stop.

    uvicorn ends the lifespan only after the last answer has ended, and a stream has no
    reason of its own to end. So its signal handlers are wrapped; without them there is
    nothing to hear.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGTERM, signal.SIGINT)
    servers = {number: signal.getsignal(number) for number in numbers}

    def handle(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(shutdown.begin)
        server = servers[signal.Signals(number)]
        if callable(server):
            # In the end uvicorn dies of the signal that it was told of, unless it is
            # this one, after which it exits with 0: what was asked for was done.
            server(signal.SIGINT, frame)

    wrapped = [number for number, server in servers.items() if callable(server)]
    for number in wrapped:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number in wrapped:
            signal.signal(number, servers[number])
