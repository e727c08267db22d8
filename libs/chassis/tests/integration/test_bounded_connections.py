"""The number of connections, and clients that read almost nothing."""

import asyncio
import resource
import socket
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from starlette.types import Receive, Scope, Send
from uvicorn import Config

from chassis._http import bounded_protocol, open_files
from chassis._http.bounded_protocol import BoundedProtocol
from chassis._http.host import HostMiddleware
from chassis._http.protocol import HttpProtocol
from chassis._http.quiet_server import QuietServer
from chassis.testing import eventually
from tests.raw_http import parsed

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
HEALTH = b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Streams without end at `/stream`; waits until the client leaves at `/wait`."""
    length = [] if scope["path"] == "/stream" else [(b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": length})
    if scope["path"] == "/wait":
        while (await receive())["type"] != "http.disconnect":
            pass
    departed = asyncio.create_task(departure(receive))
    while scope["path"] == "/stream" and not departed.done():
        chunk = {"type": "http.response.body", "body": b"a" * 100_000}
        await send({**chunk, "more_body": True})
    departed.cancel()
    await send({"type": "http.response.body", "body": b"ok"})


async def departure(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class Served:
    def __init__(self) -> None:
        config = Config(HostMiddleware(app), http=HttpProtocol, ws="none")
        self.server = QuietServer(config)
        self.address = ("", 0)

    async def connect(self) -> Streams:
        return await asyncio.open_connection(*self.address)

    async def hold(self, path: bytes) -> Streams:
        """Returns a connection whose response has begun."""
        reader, writer = await self.connect()
        writer.write(GET.replace(b"/", path, 1))
        await reader.readuntil(b"\r\n\r\n")
        return reader, writer

    async def send(self, request: bytes) -> bytes:
        reader, writer = await self.connect()
        writer.write(request)
        async with asyncio.timeout(10):
            answer = await reader.read()
        writer.close()
        return answer

    @property
    def connections(self) -> list[BoundedProtocol]:
        present = self.server.server_state.connections
        return [each for each in present if isinstance(each, BoundedProtocol)]

    async def has_none(self) -> bool:
        return not self.server.server_state.connections


@pytest_asyncio.fixture
async def served(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Served]:
    """Accepts two connections, and one surplus one."""
    monkeypatch.setattr(open_files, "MAX_CONNECTIONS", 2)
    monkeypatch.setattr(bounded_protocol, "SURPLUS", 1)
    served = Served()
    listener = socket.create_server(("127.0.0.1", 0))
    served.address = listener.getsockname()
    running = asyncio.create_task(served.server.serve([listener]))

    async def is_started() -> bool:
        return served.server.started

    await eventually(is_started)
    yield served
    served.server.should_exit = True
    for connection in served.server.server_state.connections:
        connection.transport.abort()
    await running


async def test_idle_connection_gives_way_to_new_one(served: Served) -> None:
    idle = [await served.hold(b"/") for _ in range(2)]
    for reader, _ in idle:
        await reader.readexactly(2)
    third = await served.hold(b"/")
    closed = [asyncio.create_task(reader.read()) for reader, _ in idle]
    done, pending = await asyncio.wait(closed, return_when=asyncio.FIRST_COMPLETED)
    assert (len(done), len(pending)) == (1, 1)
    for _, writer in (*idle, third):
        writer.close()
    await asyncio.wait(pending)


async def test_connection_above_limit_is_503(served: Served) -> None:
    held = [await served.hold(b"/wait") for _ in range(2)]
    answer = parsed(await served.send(GET))
    assert answer.status == 503
    assert answer.json()["code"] == "too_many_connections"
    assert answer.headers["retry-after"] == "1"
    assert answer.headers["connection"] == "close"
    for _, writer in held:
        writer.close()


async def test_health_is_answered_above_limit(served: Served) -> None:
    held = [await served.hold(b"/wait") for _ in range(2)]
    assert parsed(await served.send(HEALTH)).status == 200
    for _, writer in held:
        writer.close()


async def test_connection_far_above_limit_is_closed(served: Served) -> None:
    held = [await served.hold(b"/wait") for _ in range(2)]
    _, begun = await served.connect()
    begun.write(GET[:10])

    async def is_reset() -> bool:
        try:
            return await served.send(GET) == b""
        except ConnectionError:
            return True

    await eventually(is_reset)
    for _, writer in (*held, (None, begun)):
        writer.close()


async def test_client_that_reads_nothing_is_disconnected(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_protocol, "STUCK_SECONDS", 2.0)
    reader, writer = await served.hold(b"/stream")
    await eventually(served.has_none)
    with pytest.raises(ConnectionError):  # the system sends no more of what it held
        await reader.read()
    writer.close()


async def stays_connected(served: Served, bytes_read: int) -> bool:
    """Reads the stream ten times a second; returns whether that lasts 6 s.

    These are seconds of the test's own clock: a machine that stalls is no slow client.
    """
    loop = asyncio.get_running_loop()
    with socket.socket() as client:
        # Otherwise its system would receive megabytes ahead.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2 * bytes_read)
        client.setblocking(False)
        await loop.sock_connect(client, served.address)
        await loop.sock_sendall(client, GET.replace(b"/", b"/stream", 1))
        await loop.sock_recv(client, bytes_read)
        [connection] = served.connections
        for second in range(6):
            for _ in range(10):
                await asyncio.sleep(0)  # the server writes more
                await loop.sock_recv(client, bytes_read)
            connection.abort_if_stuck(second)
            if connection.transport.is_closing():
                return False
    return True


@pytest.mark.parametrize(
    ("bytes_read", "stays"),
    [
        pytest.param(2_000, False, id="almost nothing"),
        # The system of the server takes new output in steps of about a megabyte.
        pytest.param(20_000, True, id="slowly"),
    ],
)
async def test_client_stays_connected_if_it_reads_enough(
    served: Served, monkeypatch: pytest.MonkeyPatch, bytes_read: int, stays: bool
) -> None:
    monkeypatch.setattr(bounded_protocol, "STUCK_SECONDS", 2.0)
    monkeypatch.setattr(QuietServer, "_end_stuck_connections", lambda *_: None)
    assert await stays_connected(served, bytes_read) is stays


async def test_silent_stream_stays_connected(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_protocol, "STUCK_SECONDS", 0.0)
    _, writer = await served.hold(b"/wait")
    [connection] = served.connections
    for now in (0.0, 1.0):
        connection.abort_if_stuck(now)
    assert not connection.transport.is_closing()
    writer.close()


def test_open_files_limit_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1024, 4096))
    assert open_files.max_connections() == (1024 - open_files.OWN_FILES) // 2
