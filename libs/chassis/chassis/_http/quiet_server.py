"""uvicorn's server, with fewer wake-ups when it is idle, and no stuck connections."""

import asyncio
from contextlib import suppress
from types import FrameType

import uvicorn

from chassis._http.bounded_protocol import BoundedProtocol

# The resolution of the Date header.
TICK_SECONDS = 1.0


class QuietServer(uvicorn.Server):
    """Wakes up once a second when idle; uvicorn's server does so ten times.

    A signal still ends it at once.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._signalled = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

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
