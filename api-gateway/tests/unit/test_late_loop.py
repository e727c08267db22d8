"""A service that answers in time is never blamed for an event loop that is late."""

import asyncio
import socket
import time
from collections.abc import Iterator

import pytest
import uvloop

from app.proxy import pool
from app.proxy.connection import Connection
from app.proxy.pool import Pool

REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
RESPONSE = b"HTTP/1.1 204 No Content\r\n\r\n"


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop])
def runner(request: pytest.FixtureRequest) -> Iterator[asyncio.Runner]:
    with asyncio.Runner(loop_factory=request.param) as runner:
        yield runner


@pytest.fixture
def service() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as service:
        yield service


def test_late_loop_reads_response_that_is_there(
    runner: asyncio.Runner, service: socket.socket
) -> None:
    busy, sender = socket.socketpair()

    async def exchange() -> int:
        loop = asyncio.get_running_loop()
        address = service.getsockname()
        _, connection = await loop.create_connection(Connection, *address)
        accepted, _ = service.accept()
        accepted.settimeout(5)

        def read_for_long() -> None:
            busy.recv(1)
            accepted.recv(1000)
            accepted.send(RESPONSE)
            time.sleep(0.5)  # the loop is busy until the time is over

        connection.begin(REQUEST, is_head=False)
        loop.add_reader(busy, read_for_long)
        sender.send(b"x")
        try:
            await connection.await_response(0.3)
        finally:
            loop.remove_reader(busy)
            connection.close()
            accepted.close()
        return connection.status

    with busy, sender:
        assert runner.run(exchange()) == 204


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_late_loop_connects_to_service(
    runner: asyncio.Runner,
    service: socket.socket,
    host: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pool, "CONNECT_SECONDS", 0.2)
    connections = Pool("product-service", f"http://{host}:{service.getsockname()[1]}")

    async def connect() -> Connection:
        taking = asyncio.create_task(connections.take())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        time.sleep(0.5)  # noqa: ASYNC251 - the loop is blocked until the time is over
        return await taking

    assert not runner.run(connect()).is_closing
