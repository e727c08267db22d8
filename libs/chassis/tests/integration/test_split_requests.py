"""The status of a request does not depend on where TCP splits it."""

import asyncio
import re

import pytest

from tests.raw_http import CHUNKED, GET, HOST, JSON, POST, PRICE, Server, request

KEPT = b"%b\r\n%b\r\n" % (GET, HOST)
PRICED = b"%b\r\n%b%b\r\n%b" % (POST, HOST, JSON, PRICE)
MANY = b"&" * 100


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (request(b"FOO /kept HTTP/1.1", HOST), 501),
        (request(b"GETX /kept HTTP/1.1", HOST), 501),
        (request(b"get /kept HTTP/1.1", HOST), 501),
        (request(b"DESCRIBE /kept HTTP/1.1", HOST), 501),
        (request(b"CONNECT x:80 HTTP/1.1", HOST), 501),
        (request(b"GET /kept HTTP/3.0", HOST), 505),
        (request(b"GET /kept HTTP/2.0", HOST), 505),
        (request(b"GET /kept HTTP/1.2", HOST), 505),
        (request(b"FOO /kept HTTP/0.9", HOST), 505),
        (request(b"GET kept HTTP/3.0", HOST), 505),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        (request(b"GET kept HTTP/1.1", HOST), 400),
        (request(b"GET /k\xc3\xa9 HTTP/3.0", HOST), 400),
        (request(b"GET /kept HTTP/1.10", HOST), 400),
        (request(b"GET /kept HTTP/3", HOST), 400),
        (request(b"FOO kept\tHTTP/1.1", HOST), 400),
        (request(b"GET /kept", HOST), 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n", 400),
        (request(GET, HOST, b"no header\r\n"), 400),
        (request(b"GET /?" + MANY + b" HTTP/1.1", HOST), 414),
        (request(GET, HOST, b"Host: [" + b":" * 300 + b"]\r\n"), 431),
    ],
    ids=lambda value: value[:18].decode("latin-1") if isinstance(value, bytes) else "",
)
async def test_status_is_same_for_all_splits(
    server: Server, sent: bytes, status: int
) -> None:
    assert await statuses(server, sent) == {(status,)}


@pytest.mark.parametrize(
    ("line", "status"),
    [(b"FOO /kept HTTP/1.1", 501), (b"GET /kept HTTP/3.0", 505), (GET, 200)],
)
async def test_status_behind_other_request_is_same_for_all_splits(
    server: Server, line: bytes, status: int
) -> None:
    last = request(line, HOST)
    assert await statuses(server, KEPT + last) == {(200, status)}
    assert await statuses(server, PRICED + last, first=len(PRICED)) == {(200, status)}


@pytest.mark.parametrize("body", [b"FOO /kept HTTP/1.1\r\n", b"GET / HTTP/3.0\r\n"])
async def test_body_is_no_request_line(server: Server, body: bytes) -> None:
    sent = b"%b\r\n%b%b\r\n" % (POST, HOST, CHUNKED)
    assert await statuses(server, sent + body, first=len(sent)) == {(400,)}


async def test_endless_line_of_unknown_method_is_refused(server: Server) -> None:
    answer = await server.send(b"FOO /", *[b"a" * 16_384] * 600)
    assert answer.status == 431


async def test_long_line_of_unknown_method_is_refused(server: Server) -> None:
    answer = await server.send(request(b"FOO /%b HTTP/1.1" % (b"a" * 70_000), HOST))
    assert answer.status == 431


async def test_line_that_remains_incomplete_times_out(
    impatient_server: Server,
) -> None:
    assert (await impatient_server.send(b"FO")).status == 408


async def statuses(
    server: Server, sent: bytes, *, first: int = 1
) -> set[tuple[int, ...]]:
    """Returns the statuses of the responses, for each of the points to split at."""
    points = range(first, len(sent))
    opened = [await asyncio.open_connection(server.host, server.port) for _ in points]
    for (_, writer), point in zip(opened, points, strict=True):
        writer.write(sent[:point])
    # Whatever was sent before this request is read before its response.
    assert (await server.send(request(GET, HOST))).status == 200
    for (_, writer), point in zip(opened, points, strict=True):
        writer.write(sent[point:])
    async with asyncio.timeout(30):
        responses = await asyncio.gather(*(reader.read() for reader, _ in opened))
    for _, writer in opened:
        writer.close()
    return {statuses_in(response) for response in responses}


def statuses_in(responses: bytes) -> tuple[int, ...]:
    return tuple(map(int, re.findall(rb"HTTP/1\.1 (\d{3}) [A-Z]", responses)))
