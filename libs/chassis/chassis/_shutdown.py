"""Listens for the signals that stop the process."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class Shutdown:
    """Says whether shutdown has begun, and calls listeners when it begins."""

    def __init__(self) -> None:
        self.begun = False
        self._listeners: list[Callable[[], object]] = []

    def add_listener(self, listener: Callable[[], object]) -> None:
        self._listeners.append(listener)

    def begin(self) -> None:
        if self.begun:
            return
        self.begun = True
        for listener in self._listeners:
            listener()


@contextmanager
def shutdown_on_signals(shutdown: Shutdown) -> Iterator[None]:
    """Begins the shutdown when the process receives SIGTERM or SIGINT.

    uvicorn ends the lifespan only after the last response, and a stream of events never
    ends by itself. So this wraps uvicorn's signal handlers, if there are any.

    A second SIGINT is Ctrl-C from someone who does not want to wait: uvicorn then skips
    the end of the lifespan. Supervisors repeat SIGTERM, which changes nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGTERM, signal.SIGINT)
    servers = {number: signal.getsignal(number) for number in numbers}
    received: set[int] = set()

    def handle(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(shutdown.begin)
        server = servers[signal.Signals(number)]
        is_insistent = number == signal.SIGINT and number in received
        is_news = not received or is_insistent
        received.add(number)
        if callable(server) and is_news:
            # uvicorn raises the signal again at its end, except SIGINT, after which it
            # exits with 0.
            server(signal.SIGINT, frame)

    wrapped = [number for number, server in servers.items() if callable(server)]
    for number in wrapped:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number in wrapped:
            signal.signal(number, servers[number])
