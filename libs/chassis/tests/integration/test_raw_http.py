"""HTTP as clients write it, byte by byte, to a real server.

Each of these has been seen of a real client, or of an attacker; a library in between
would never send most of them.
"""

import asyncio

import pytest

from tests.raw_http import (
    CHUNKED,
    GET,
    HOST,
    JSON,
    LENGTH,
    POST,
    PRICE,
    SHOP,
    Server,
    request,
)


@pytest.mark.parametrize(
    "hosts", [b"", HOST + HOST, HOST + b"host: y\r\n"], ids=["none", "same", "two"]
)
async def test_other_than_one_host_is_refused(server: Server, hosts: bytes) -> None:
    answer = await server.send(request(GET, hosts))
    assert answer.status == 400
    assert answer.headers["connection"] == "close"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        (b"shop.example:8001", 200),
        (b"[::1]:8001", 200),
        (b"", 200),
        (b"\t shop.example \t ", 200),
        (b"a b/c", 400),
        (b"shop.example/x", 400),
        (b"user@shop.example", 400),
        (b"shop.example:http", 400),
        (b"::1", 400),
    ],
)
async def test_host_is_a_name_or_an_address(
    server: Server, host: bytes, status: int
) -> None:
    answer = await server.send(request(GET, b"Host: %b\r\n" % host))
    assert answer.status == status


@pytest.mark.parametrize(
    ("version", "coding", "status"),
    [
        (b"1.1", b"Chunked", 200),
        (b"1.1", b"gzip, chunked", 501),
        (b"1.0", b"chunked", 400),
    ],
)
async def test_only_chunked_requests_of_http_1_1_are_read(
    server: Server, version: bytes, coding: bytes, status: int
) -> None:
    line = b"POST /prices HTTP/" + version
    kind = b"Content-Type: application/json\r\nTransfer-Encoding: %b\r\n" % coding
    body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(PRICE), PRICE)
    answer = await server.send(request(line, HOST, kind, body=body))
    assert answer.status == status


async def test_blanks_around_a_value_are_ignored(server: Server) -> None:
    lines = (HOST, b"X-Request-ID: \tmine \t\r\n", b"Expect: 100-continue \r\n")
    answer = await server.send(request(GET, *lines))
    assert answer.status == 200
    assert answer.headers["x-request-id"] == "mine"


async def test_http_1_0_client_needs_no_host(server: Server) -> None:
    answer = await server.send(b"GET /kept HTTP/1.0\r\n\r\n")
    assert answer.status == 200


async def test_http_1_0_client_gets_no_chunks(server: Server) -> None:
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(b"GET /ticks HTTP/1.0\r\n\r\n")
    async with asyncio.timeout(10):
        head = await reader.readuntil(b"\r\n\r\n")
        assert await reader.readexactly(10) == b"tick\ntick\n"
    writer.close()
    assert b"transfer-encoding" not in head.lower()
    assert b"connection: close" in head.lower()


async def test_http_1_0_client_notices_incomplete_response(server: Server) -> None:
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(b"GET /cut HTTP/1.0\r\n\r\n")
    async with asyncio.timeout(10):
        with pytest.raises(ConnectionResetError):
            await reader.read()
    writer.close()


async def test_http_1_1_client_gets_chunks(server: Server) -> None:
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(request(b"GET /ticks HTTP/1.1", HOST))
    async with asyncio.timeout(10):
        head = await reader.readuntil(b"\r\n\r\n")
        assert await reader.readexactly(10) == b"5\r\ntick\n\r\n"
    writer.close()
    assert b"transfer-encoding: chunked" in head.lower()


@pytest.mark.parametrize(
    "sent",
    [
        request(POST, HOST, LENGTH, CHUNKED, body=PRICE),
        request(POST, HOST, LENGTH, b"Content-Length: 5\r\n", body=PRICE),
        request(POST, HOST, b"Content-Length: +17\r\n", body=PRICE),
        request(POST, HOST, b"Transfer-Encoding: xchunked\r\n", body=b"0\r\n\r\n"),
        request(POST, HOST, b"Transfer-Encoding : chunked\r\n", body=b"0\r\n\r\n"),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /kept HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n",
    ],
    ids=["both", "lengths", "plus", "coding", "blank", "tls", "folded"],
)
async def test_ambiguous_request_is_refused(server: Server, sent: bytes) -> None:
    answer = await server.send(sent)
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["connection"] == "close"


async def test_tunnel_is_refused(server: Server) -> None:
    answer = await server.send(b"CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.status == 501


@pytest.mark.parametrize(
    ("line", "headers", "body", "status"),
    [
        (b"GET /errors/bug HTTP/1.1", (), b"", 500),
        (POST, (b"Content-Length: 1048577\r\n",), b"", 413),
        (POST, (JSON, b"Content-Encoding: gzip\r\n"), PRICE, 415),
        (GET, (b"Host: y\r\n",), b"", 400),
        (b"GET /nowhere HTTP/1.1", (), b"", 404),
        (b"POST /kept HTTP/1.1", (b"Content-Length: 0\r\n",), b"", 405),
    ],
)
async def test_page_of_allowed_origin_sees_every_error(
    server: Server, line: bytes, headers: tuple[bytes, ...], body: bytes, status: int
) -> None:
    origin = b"Origin: %b\r\n" % SHOP.encode()
    answer = await server.send(request(line, HOST, origin, *headers, body=body))
    assert answer.status == status
    assert answer.headers["access-control-allow-origin"] == SHOP
    assert answer.headers["vary"] == "Origin"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("path", ["/prices/", "/things/", "//prices", "/docs/"])
async def test_paths_are_exact(server: Server, path: str) -> None:
    host = b"Host: shop.example.com\r\n"
    answer = await server.send(request(b"POST %b HTTP/1.1" % path.encode(), host))
    assert answer.status in (404, 405)
    assert "location" not in answer.headers


async def test_server_listens_on_both_loopback_addresses(server: Server) -> None:
    try:
        answer = await Server("::1", server.port).send(request(GET, HOST))
    except OSError:
        pytest.skip("this machine has no IPv6")
    assert answer.status == 200
