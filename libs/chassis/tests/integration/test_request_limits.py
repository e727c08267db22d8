"""Limits of the head of a request, and refusals of the HTTP layer in their turn."""

import asyncio

import pytest

from tests.raw_http import (
    CHUNKED,
    GET,
    HOST,
    POST,
    PRICE,
    Server,
    request,
)


@pytest.mark.parametrize(
    "head",
    [
        b"Cookie: " + b"a" * 65_536 + b"\r\n",
        b"X: a\r\n" * 13_200,
        b"".join(b"X-%d: a\r\n" % i for i in range(6_500)),
    ],
    ids=["one", "many", "names"],
)
@pytest.mark.parametrize("is_complete", [True, False])
async def test_head_over_64_kib_is_refused(
    server: Server, head: bytes, is_complete: bool
) -> None:
    end = b"\r\n" if is_complete else b"Y: " + b"b" * 1_000_000
    answer = await server.send(GET + b"\r\n" + HOST, head, end)
    assert answer.status == 431
    assert answer.headers["connection"] == "close"
    assert answer.json()["code"] == "request_header_fields_too_large"


@pytest.mark.parametrize(("excess", "status"), [(0, 200), (1, 431)])
async def test_head_may_have_64_kib(server: Server, excess: int, status: int) -> None:
    head = b"%b\r\n%bConnection: close\r\nX: " % (GET, HOST)
    value = b"a" * (65_536 + excess - len(head) - len(b"\r\n"))
    answer = await server.send(head + value + b"\r\n\r\n")
    assert answer.status == status


async def test_endless_header_is_refused_while_it_arrives(server: Server) -> None:
    pieces = [b"a" * 16_384] * 600
    answer = await server.send(GET + b"\r\n" + HOST + b"X: ", *pieces)
    assert answer.status == 431


async def test_endless_request_line_is_refused(server: Server) -> None:
    answer = await server.send(b"GET /", *[b"a" * 16_384] * 600)
    assert answer.status == 431


async def test_endless_trailers_are_refused(server: Server) -> None:
    head = b"%b\r\n%b%b\r\n0\r\n" % (POST, HOST, CHUNKED)
    answer = await server.send(head, *[b"X: %b\r\n" % (b"a" * 16_000)] * 600)
    assert answer.status == 431


async def test_endless_trailer_is_refused_while_it_arrives(server: Server) -> None:
    head = b"%b\r\n%b%b\r\n0\r\nX: " % (POST, HOST, CHUNKED)
    answer = await server.send(head, *[b"a" * 16_384] * 600)
    assert answer.status == 431


async def test_body_in_small_chunks_is_accepted(server: Server) -> None:
    blanks = [b"10\r\n%b\r\n" % (b" " * 16)] * 65_534
    head = b"%b\r\n%b%bConnection: close\r\n\r\n" % (POST, HOST, CHUNKED)
    body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(PRICE), PRICE)
    sent = head + b"".join(blanks) + body
    pieces = [sent[i : i + 1000] for i in range(0, len(sent), 1000)]
    assert (await server.send(*pieces)).status == 200


async def test_body_in_too_many_chunks_is_refused(server: Server) -> None:
    head = b"%b\r\n%b%b\r\n" % (POST, HOST, CHUNKED)
    answer = await server.send(head + b"1\r\n \r\n" * 150_000)
    assert answer.status == 413
    assert answer.json()["title"] == "Content Too Large"
    assert answer.json()["detail"] == "a body may have 65,536 chunks at most"


async def test_long_head_with_an_upgrade_is_refused(server: Server) -> None:
    offer = b"Upgrade: h2c\r\nConnection: Upgrade\r\n"
    head = b"Cookie: " + b"a" * 70_000 + b"\r\n"
    answer = await server.send(GET + b"\r\n" + HOST + offer, head, b"\r\n")
    assert answer.status == 431


async def test_endless_trailer_after_response_ends_connection(
    server_of_production: Server,
) -> None:
    encoded = b"Content-Encoding: gzip\r\n"
    head = b"%b\r\n%b%b%b\r\n0\r\nX: " % (POST, HOST, CHUNKED, encoded)
    reader, writer = await asyncio.open_connection(
        server_of_production.host, server_of_production.port
    )
    writer.write(head)
    async with asyncio.timeout(10):
        assert b" 415 " in await reader.readline()
        with pytest.raises(ConnectionError):
            await write_without_end(writer)
    writer.close()


async def write_without_end(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"a" * 16_384)
        await writer.drain()


@pytest.mark.parametrize(
    "rest",
    [b"Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n", b"X: y\r\nno header\r\n\r\n"],
    ids=["upgrade", "malformed"],
)
async def test_request_is_refused_once(server: Server, rest: bytes) -> None:
    cookie = b"Cookie: " + b"a" * 70_000 + b"\r\n"
    answer = await server.send(GET + b"\r\n" + HOST + cookie + rest)
    assert answer.status == 431
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert answer.headers["cache-control"] == "no-store"


async def test_refused_request_keeps_its_id(server: Server) -> None:
    lines = HOST + b"X-Request-ID: abc\r\nX: y\r\nno header\r\n"
    answer = await server.send(request(GET, lines))
    assert answer.status == 400
    assert answer.json()["request_id"] == answer.headers["x-request-id"] == "abc"


async def test_refused_request_is_counted(server: Server) -> None:
    counter = b'http_requests_total{endpoint="unmatched",method="other",status="400"}'
    await server.send(b"MALFORMED \0\r\n\r\n")
    metrics = await server.send(request(b"GET /metrics HTTP/1.1", HOST))
    assert counter in metrics.body


async def test_malformed_request_leaves_earlier_response(server: Server) -> None:
    slow = b"GET /slow?seconds=0.3 HTTP/1.1\r\n" + HOST
    answer = await server.send(slow + b"\r\nMALFORMED \0\r\n\r\n")
    assert answer.status == 200
    assert answer.body.startswith(b'"done"HTTP/1.1 400 Bad Request\r\n')


async def test_pipelined_requests_are_counted_one_by_one(server: Server) -> None:
    cookie = b"Cookie: " + b"a" * 5_000 + b"\r\n"
    kept = GET + b"\r\n" + HOST + cookie + b"\r\n"
    answer = await server.send(kept * 20 + request(GET, HOST))
    assert answer.body.count(b"HTTP/1.1 200") == 20
    assert b"HTTP/1.1 431" not in answer.body


async def test_head_of_60_kib_is_accepted(server: Server) -> None:
    head = b"Cookie: " + b"a" * 30_000 + b"\r\n" + b"X: %b\r\n" % (b"a" * 30) * 900
    answer = await server.send(request(GET, HOST, head))
    assert answer.status == 200


async def test_head_of_60_kib_may_arrive_in_pieces(server: Server) -> None:
    head = request(
        GET, HOST, b"".join(b"X-%d: %b\r\n" % (i, b"a" * 90) for i in range(590))
    )
    assert 60_000 > len(head) > 55_000
    pieces = [head[i : i + 1000] for i in range(0, len(head), 1000)]
    assert (await server.send(*pieces)).status == 200


async def test_large_bodies_before_a_head_do_not_count(server: Server) -> None:
    body = PRICE + b" " * 200_000
    length = b"Content-Type: application/json\r\nContent-Length: %d\r\n" % len(body)
    first = b"%b\r\n%b%b\r\n%b" % (POST, HOST, length, body)
    answer = await server.send(first, request(GET, HOST)[:30], request(GET, HOST)[30:])
    assert answer.body.count(b"HTTP/1.1 200") == 1
