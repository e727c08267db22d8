"""uvicorn's server: few wake-ups at rest, few turns in a rush, no stuck connections."""

import asyncio
import socket
from contextlib import suppress
from types import FrameType

import uvicorn

from chassis._http.bounded_protocol import BoundedProtocol

# The resolution of the Date header.
TICK_SECONDS = 1.0
# libuv accepts one connection of a socket in each turn of the loop, and turns take long
# under load: the last of 200 new connections would wait for 200 of them.
ACCEPTED_IN_A_TURN = 16


class QuietServer(uvicorn.Server):
    """Wakes up once a second when idle; uvicorn's server does so ten times.

    A signal still ends it at once.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._signalled = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        copies = [
            listening.dup()
            for listening in sockets or []
            for _ in range(ACCEPTED_IN_A_TURN - 1)
        ]
        await super().startup(None if sockets is None else [*sockets, *copies])

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        while not await self.on_tick(0):
            self._end_stuck_connections(self._loop.time())
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK_SECONDS):
                    await self._signalled.wait()

    def _end_stuck_connections(self, now: float) -> None:
        for connection in tuple(self.server_state.connections):
            if isinstance(connection, BoundedProtocol):
                connection.abort_if_stuck(now)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._signalled.set)
