"""Responses of a peer that could fill the memory."""

import gzip
import tracemalloc
from asyncio import StreamWriter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
import pytest_asyncio

from chassis import PeerFailed
from chassis._peers.network import MAX_RESPONSE_BYTES, Connections
from tests.peer_server import OK, PeerServer, listening

# In seconds, for calls of which no time limit is under test.
PATIENCE = 30.0


async def answer_without_end(_: PeerServer, writer: StreamWriter) -> None:
    writer.write(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    with suppress(ConnectionError):
        while not writer.is_closing():
            writer.write(b"10000\r\n" + bytes(0x10000) + b"\r\n")
            await writer.drain()


@contextmanager
def most_memory_used() -> Iterator[Callable[[], int]]:
    """Measures the memory that Python needs inside, in bytes."""
    tracemalloc.start()
    try:
        yield lambda: tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest_asyncio.fixture
async def server() -> AsyncIterator[PeerServer]:
    async with listening() as server:
        yield server


async def test_endless_response_is_not_kept(
    connections: Connections, server: PeerServer
) -> None:
    server.respond = answer_without_end
    with most_memory_used() as used:
        with pytest.raises(PeerFailed):
            await connections.request("GET", server.url, PATIENCE)
        assert used() < 16 * MAX_RESPONSE_BYTES


async def test_compressed_response_does_not_grow(
    connections: Connections, server: PeerServer
) -> None:
    bomb = gzip.compress(bytes(64 * MAX_RESPONSE_BYTES))

    async def respond(_: PeerServer, writer: StreamWriter) -> None:
        head = b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
        writer.write(OK + head + bomb)

    server.respond = respond
    with most_memory_used() as used:
        response = await connections.request("GET", server.url, PATIENCE)
        assert used() < 16 * MAX_RESPONSE_BYTES
    assert response.content == bomb


async def test_compressed_response_is_not_asked_for(
    connections: Connections, server: PeerServer
) -> None:
    await connections.request("GET", server.url, PATIENCE)
    assert "accept-encoding: identity" in server.heads[0].lower()


async def test_response_of_one_mebibyte_is_returned(
    connections: Connections, server: PeerServer
) -> None:
    async def respond(_: PeerServer, writer: StreamWriter) -> None:
        length = b"Content-Length: %d\r\n\r\n" % MAX_RESPONSE_BYTES
        writer.write(OK + length + bytes(MAX_RESPONSE_BYTES))

    server.respond = respond
    response = await connections.request("GET", server.url, PATIENCE)
    assert len(response.content) == MAX_RESPONSE_BYTES
