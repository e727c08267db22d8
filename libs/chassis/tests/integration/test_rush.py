"""Many clients connect and send before the event loop has time for them."""

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import pairwise

import pytest
import uvloop
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from uvicorn import Config

from chassis._deadline import Deadline
from chassis._http import admission, quiet_server
from chassis._http.admission import AdmissionMiddleware
from chassis._http.protocol import HttpProtocol
from chassis._http.quiet_server import QuietServer
from chassis.server import listen

CLIENTS = 160
REQUEST = b"GET /thing HTTP/1.1\r\nHost: x\r\n\r\n"
PIPELINED = 3
BLOCK_SECONDS = 0.02
# How exactly the system knows when data has arrived.
TICK_SECONDS = 0.01


class Application:
    def __init__(self) -> None:
        self.deadlines: list[Deadline] = []
        self.blocks_loop = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.deadlines.append(scope["state"]["deadline"])
        if self.blocks_loop:
            time.sleep(BLOCK_SECONDS)  # noqa: ASYNC251 - the loop is busy
        await PlainTextResponse("done")(scope, receive, send)


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    [listening] = listen("127.0.0.1", 0)
    listening.listen(CLIENTS)
    with listening:
        yield listening


@pytest.fixture
def app() -> Application:
    return Application()


@pytest.fixture
def server(app: Application, monkeypatch: pytest.MonkeyPatch) -> QuietServer:
    monkeypatch.setattr(quiet_server, "TICK_SECONDS", 0.01)
    config = Config(
        AdmissionMiddleware(app), http=HttpProtocol, ws="none", lifespan="off"
    )
    return QuietServer(config)


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


def test_wait_for_late_loop_counts_towards_deadline(
    server: QuietServer, listening: socket.socket, app: Application
) -> None:
    with socket.create_connection(listening.getsockname()) as client:
        client.sendall(REQUEST)
        sent_at = time.monotonic()
        time.sleep(0.1)  # nothing accepts the connection meanwhile
        turns_until(lambda: bool(app.deadlines), server, listening)
    latest = sent_at + admission.ANSWER_SECONDS + TICK_SECONDS
    assert app.deadlines[0].at <= latest


def test_time_between_requests_does_not_count_towards_deadline(
    server: QuietServer, listening: socket.socket, app: Application
) -> None:
    with socket.create_connection(listening.getsockname()) as client:
        began_at = time.monotonic()
        time.sleep(0.1)  # the time that must not count
        client.sendall(REQUEST)
        turns_until(lambda: bool(app.deadlines), server, listening)
    earliest = began_at + 0.1 + admission.ANSWER_SECONDS - TICK_SECONDS
    assert app.deadlines[0].at >= earliest


def test_earlier_request_does_not_count_towards_deadline(
    server: QuietServer, listening: socket.socket, app: Application
) -> None:
    app.blocks_loop = True
    with socket.create_connection(listening.getsockname()) as client:
        client.sendall(REQUEST * PIPELINED)
        turns_until(lambda: len(app.deadlines) == PIPELINED, server, listening)
    for earlier, later in pairwise(app.deadlines):
        assert later.at >= earlier.at + BLOCK_SECONDS - TICK_SECONDS


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
