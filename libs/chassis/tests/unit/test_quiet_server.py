"""The server wakes up once a second, and ends at once at a signal."""

import asyncio
import signal

import pytest
from starlette.types import Receive, Scope, Send
from uvicorn import Config

from chassis._http import quiet_server
from chassis._http.quiet_server import QuietServer


async def app(scope: Scope, receive: Receive, send: Send) -> None: ...


class CountingServer(QuietServer):
    ticks = 0

    async def on_tick(self, counter: int) -> bool:
        self.ticks += 1
        return await super().on_tick(counter)


async def test_server_ends_at_signal_before_its_next_tick(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(quiet_server, "TICK_SECONDS", 3600)
    running = CountingServer(Config(app))
    loop = asyncio.create_task(running.main_loop())
    await asyncio.sleep(0)
    assert running.server_state.default_headers
    running.handle_exit(signal.SIGTERM, None)
    async with asyncio.timeout(5):
        await loop
    assert running.ticks == 2


async def test_server_ends_at_signal_during_its_start() -> None:
    running = CountingServer(Config(app))
    running.handle_exit(signal.SIGTERM, None)
    async with asyncio.timeout(5):
        await running.main_loop()
    assert running.ticks == 1
