"""Many clients connect and send before the event loop has time for them."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
import uvloop
from starlette.types import Receive, Scope, Send
from uvicorn import Config

from chassis._http import quiet_server
from chassis._http.protocol import HttpProtocol
from chassis._http.quiet_server import QuietServer
from chassis.server import listen

CLIENTS = 160


async def app(scope: Scope, receive: Receive, send: Send) -> None: ...


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    [listening] = listen("127.0.0.1", 0)
    listening.listen(CLIENTS)
    with listening:
        yield listening


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> QuietServer:
    monkeypatch.setattr(quiet_server, "TICK_SECONDS", 0.01)
    return QuietServer(Config(app, http=HttpProtocol, ws="none", lifespan="off"))


def test_waiting_connections_are_accepted_in_few_turns(
    server: QuietServer, listening: socket.socket
) -> None:
    with ExitStack() as clients:
        for _ in range(CLIENTS):
            client = socket.create_connection(listening.getsockname())
            clients.enter_context(client)

        def all_are_accepted() -> bool:
            return len(server.server_state.connections) == CLIENTS

        assert turns_until(all_are_accepted, server, listening) < CLIENTS / 4


def turns_until(
    check: Callable[[], bool], server: QuietServer, listening: socket.socket
) -> int:
    """Serves on the loop that services have; returns its turns until `check`."""

    async def serve() -> int:
        serving = asyncio.create_task(server.serve([listening]))
        turns = 0
        async with asyncio.timeout(30):
            while not check():
                await asyncio.sleep(0)
                turns += 1
        server.should_exit = True
        await serving
        return turns

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(serve())
