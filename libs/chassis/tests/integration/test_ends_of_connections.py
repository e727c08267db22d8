"""The right side ends a connection, and the other one can still read its response."""

import asyncio

import pytest

from tests.raw_http import GET, HOST, JSON, POST, PRICE, Server, parsed, request

KEPT = b"%b\r\n%b\r\n" % (GET, HOST)
SLOW = b"GET /slow?seconds=0.3 HTTP/1.1\r\n%b\r\n" % HOST
LARGE = b"Content-Length: 2000000\r\n"


@pytest.mark.parametrize(
    "head",
    [
        b"%b\r\n%bX: " % (GET, HOST),
        b"%b\r\n%b%b\r\n" % (POST, HOST, LARGE[:-4] + b"\r\n"),
    ],
    ids=["head", "body"],
)
async def test_client_that_is_too_slow_can_read_response(
    impatient_server: Server, head: bytes
) -> None:
    await refuses_and_goes_on_reading(impatient_server, head, 408)


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"%b\r\n%b%bExpect: 100-continue\r\n\r\n" % (POST, HOST, LARGE), 413),
        (b"%b\r\n%b\r\n" % (POST, LARGE), 400),
        (b"FOO / HTTP/1.1\r\n", 501),
        (b"GET / HTTP/3.0\r\n", 505),
        (b"GET /?%b HTTP/1.1\r\n\r\n" % (b"&" * 100), 414),
        (b"%b\r\n%b\r\n" % (GET, HOST * 1_001), 431),
    ],
)
async def test_client_that_still_sends_can_read_response(
    impatient_server: Server, head: bytes, status: int
) -> None:
    await refuses_and_goes_on_reading(impatient_server, head, status)


async def refuses_and_goes_on_reading(server: Server, head: bytes, status: int) -> None:
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(head)
    async with asyncio.timeout(20):
        line = await reader.readline()
        # Each of them would be answered with a reset if the connection were closed.
        for _ in range(20):
            writer.write(b"a")
            await writer.drain()
            await server.send(request(GET, HOST))
        response = parsed(line + await reader.read())
    writer.close()
    assert response.status == status
    assert response.headers["connection"] == "close"
    assert response.json()["status"] == status


@pytest.mark.parametrize(
    ("sent", "bodies"),
    [
        (KEPT, [b"null"]),
        (b"GET /kept HTTP/1.0\r\n\r\n", [b"null"]),
        (SLOW, [b'"done"']),
        (SLOW + KEPT, [b'"done"', b"null"]),
        (b"%b\r\n%b%b\r\n%b" % (POST, HOST, JSON, PRICE), [b'"1.00"']),
    ],
    ids=["get", "1.0", "slow", "pipelined", "body"],
)
async def test_client_that_has_sent_everything_reads_responses(
    server: Server, sent: bytes, bodies: list[bytes]
) -> None:
    responses = await send_all(server, sent)
    assert responses.count(b"HTTP/1.1 200 OK\r\n") == len(bodies)
    position = 0
    for body in bodies:
        position = responses.index(b"\r\n\r\n" + body, position)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (KEPT[:30], 400),
        (b"FO", 400),
        (b"FOO /kept HTTP/1.1\r\n", 501),
        (b"%b\r\n%b%b\r\n%b" % (POST, HOST, JSON, PRICE[:9]), 400),
    ],
    ids=["head", "line", "method", "body"],
)
async def test_request_that_is_cut_off_is_refused(
    server: Server, sent: bytes, status: int
) -> None:
    response = parsed(await send_all(server, sent))
    assert response.status == response.json()["status"] == status
    assert response.headers["connection"] == "close"


async def test_stream_ends_with_its_client(server: Server) -> None:
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(request(b"GET /ticks HTTP/1.1", HOST))
    async with asyncio.timeout(10):
        await reader.readuntil(b"tick")
        writer.write_eof()
        await reader.read()
    writer.close()


async def send_all(server: Server, sent: bytes) -> bytes:
    """Sends everything, ends its side of the connection, and reads the responses."""
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(sent)
    writer.write_eof()
    async with asyncio.timeout(10):
        responses = await reader.read()
    writer.close()
    return responses
