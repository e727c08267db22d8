"""Failed calls on real sockets: was the request sent, and is it repeated?"""

import asyncio
import errno
import socket
import time
from asyncio import StreamWriter
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import pytest_asyncio
from opentelemetry.sdk.trace import TracerProvider

from chassis import (
    Deadline,
    OpenFilesExhausted,
    Peer,
    PeerResponse,
    PeerTimeout,
    PeerUnreachable,
)
from chassis._peers import network
from chassis._peers.network import Connections
from chassis.server import KEEP_ALIVE_SECONDS
from chassis.testing import eventually
from tests.peer_server import ANSWER, OK, PeerServer, Respond, answer, listening

# In seconds, for calls of which no time limit is under test.
PATIENCE = 30.0


async def answer_and_block(_: PeerServer, writer: StreamWriter) -> None:
    """Leaves no turn of the loop to the client before its time is over."""
    writer.write(ANSWER)
    time.sleep(0.6)  # noqa: ASYNC251 - the loop is busy


async def hang(_: PeerServer, writer: StreamWriter) -> None:
    with suppress(ConnectionError):
        await writer.wait_closed()


async def cut(_: PeerServer, writer: StreamWriter) -> None:
    writer.close()


async def cut_for_good(server: PeerServer, writer: StreamWriter) -> None:
    server.listener.close()
    writer.close()


async def cut_in_the_body(_: PeerServer, writer: StreamWriter) -> None:
    writer.write(OK + b"Content-Length: 9\r\n\r\nok")
    writer.close()


async def answer_in_another_protocol(_: PeerServer, writer: StreamWriter) -> None:
    writer.write(b"220 mail.example ESMTP\r\n")


@pytest_asyncio.fixture
async def server() -> AsyncIterator[PeerServer]:
    async with listening() as server:
        yield server


async def test_response_is_returned(
    connections: Connections, server: PeerServer
) -> None:
    response = await connections.request("GET", f"{server.url}/thing?a=b", PATIENCE)
    assert response == PeerResponse(200, "text/plain", b"ok")
    assert server.requests == ["GET /thing?a=b"]


async def test_response_in_time_is_read_by_late_loop(
    connections: Connections, server: PeerServer
) -> None:
    await connections.request("GET", server.url, PATIENCE)
    server.respond = answer_and_block
    response = await connections.request("POST", server.url, 0.5)
    assert response.content == b"ok"


async def test_connection_is_reused(
    connections: Connections, server: PeerServer
) -> None:
    for _ in range(3):
        await connections.request("GET", server.url, PATIENCE)
    assert len(server.connections) == 1


def test_idle_connection_is_closed_before_servers_close_it() -> None:
    assert network.IDLE_SECONDS < KEEP_ALIVE_SECONDS


async def test_request_to_closed_port_is_unsent(connections: Connections) -> None:
    async with listening() as server:
        url = server.url
    with pytest.raises(PeerUnreachable):
        await connections.request("PUT", url, PATIENCE)


@pytest.mark.parametrize("host", ["peer..example", f"{'a' * 64}.example"])
async def test_request_to_impossible_host_is_unsent(
    connections: Connections, host: str
) -> None:
    with pytest.raises(PeerUnreachable):
        await connections.request("GET", f"http://{host}/", PATIENCE)


async def test_request_without_free_file_is_no_failure_of_peer(
    connections: Connections, server: PeerServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> socket.socket:
        raise OSError(errno.EMFILE, "too many open files")

    monkeypatch.setattr(socket, "socket", fail)
    with pytest.raises(OpenFilesExhausted):
        await connections.request("GET", server.url, PATIENCE)


async def test_request_to_full_listener_is_unsent(
    connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "CONNECT_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        address = listener.getsockname()
        with socket.create_connection(address), pytest.raises(PeerUnreachable):
            await connections.request("PUT", "http://{}:{}".format(*address), PATIENCE)


async def test_request_without_tls_is_unsent(
    connections: Connections, server: PeerServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "CONNECT_SECONDS", 0.5)
    with pytest.raises(PeerUnreachable):
        await connections.request("PUT", server.url.replace("http", "https"), PATIENCE)


async def test_request_without_free_connection_is_unsent(
    monkeypatch: pytest.MonkeyPatch, server: PeerServer
) -> None:
    monkeypatch.setattr(network, "CONNECTIONS", 1)
    connections = Connections()
    server.respond = hang
    busy = asyncio.create_task(connections.request("GET", server.url, 30.0))

    async def is_sent() -> bool:
        return bool(server.requests)

    await eventually(is_sent)
    with pytest.raises(PeerUnreachable):
        await connections.request("PUT", server.url, 0.2)
    busy.cancel()
    await connections.close()
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("respond", "method", "attempts"),
    [
        (cut, "POST", 1),
        (cut, "PUT", 2),
        (cut_for_good, "PUT", 1),
        (cut_in_the_body, "PUT", 1),
        (answer_in_another_protocol, "PUT", 1),
    ],
)
async def test_sent_request_has_unknown_outcome_without_response(
    connections: Connections,
    server: PeerServer,
    respond: Respond,
    method: str,
    attempts: int,
) -> None:
    server.respond = respond
    with pytest.raises(PeerTimeout):
        await connections.request(method, server.url, PATIENCE, data=b"body")
    assert len(server.requests) == attempts


async def test_sent_request_has_unknown_outcome_at_time_limit(
    connections: Connections, server: PeerServer
) -> None:
    await connections.request("GET", f"{server.url}/first", PATIENCE)
    server.respond = hang
    with pytest.raises(PeerTimeout):
        await connections.request("PUT", f"{server.url}/next", 0.5)
    assert server.requests == ["GET /first", "PUT /next"]


@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
@pytest.mark.parametrize("body", [b"body", None])
async def test_request_does_not_use_closed_idle_connection(
    server: PeerServer, method: str, body: bytes | None
) -> None:
    async with Peer("peer", server.url, TracerProvider()) as peer:
        await peer.call("GET", "/first", Deadline.after(PATIENCE))
        # Without a turn of the event loop, in which the client could notice it.
        server.connections[0].get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        response = await peer.call(method, "/next", Deadline.after(PATIENCE), data=body)
    assert response.status_code == 200
    assert server.requests == ["GET /first", f"{method} /next"]


async def test_late_response_is_not_taken_for_the_next(
    connections: Connections, server: PeerServer
) -> None:
    # A new connection would be a part of the time limit.
    await connections.request("GET", f"{server.url}/first", PATIENCE)
    server.respond = hang
    with pytest.raises(PeerTimeout):
        await connections.request("GET", f"{server.url}/late", 0.2)
    server.respond = answer
    await connections.request("GET", f"{server.url}/next", PATIENCE)
    assert server.requests == ["GET /first", "GET /late", "GET /next"]
    assert len(server.connections) == 2
