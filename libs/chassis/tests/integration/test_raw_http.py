"""HTTP as clients write it, byte by byte, to a real server.

Each of these has been seen of a real client, or of an attacker; a library in between
would never send most of them.
"""

import asyncio
import time

import httpx
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
    "offer",
    [
        b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n",
        b"Upgrade: h2c\r\nConnection: Upgrade\r\n",
        b"Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n",
        b"Upgrade: TLS/1.2\r\nConnection: upgrade\r\n",
    ],
)
@pytest.mark.parametrize("pieces", [1, 3])
async def test_offer_to_upgrade_is_ignored(
    server: Server, offer: bytes, pieces: int
) -> None:
    sent = b"%b\r\n%b%b%b\r\n%b" % (POST, HOST, JSON, offer, PRICE)
    # The connection stays open: a second request of the same client follows.
    sent += request(GET, HOST)
    size = len(sent) // pieces + 1
    answer = await server.send(*(sent[i : i + size] for i in range(0, len(sent), size)))
    assert answer.status == 200
    assert answer.body.startswith(b'"1.00"')
    assert answer.body.count(b"HTTP/1.1 200") == 1


async def test_offer_to_upgrade_leaves_chunked_body(server: Server) -> None:
    body = b"8\r\n%b\r\n9\r\n%b\r\n0\r\n\r\n" % (PRICE[:8], PRICE[8:])
    offer = b"Upgrade: h2c\r\nConnection: Upgrade\r\n"
    sent = b"%b\r\n%b%b%b\r\n%b" % (POST, HOST, CHUNKED, offer, body)
    answer = await server.send(sent + request(GET, HOST))
    assert answer.status == 200
    assert answer.body.startswith(b'"1.00"')


async def test_connection_is_closed_as_asked_beside_an_upgrade(server: Server) -> None:
    offer = b"Upgrade: h2c\r\nConnection: Upgrade, close\r\n"
    answer = await server.send(b"%b\r\n%b%b\r\n" % (GET, HOST, offer))
    assert answer.status == 200
    assert answer.headers["connection"] == "close"


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


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (b"Content-Length: 2000000\r\n", 413),
        (b"Content-Length: 9\r\nContent-Encoding: gzip\r\n", 415),
    ],
)
async def test_connection_ends_when_announced_body_is_refused(
    server: Server, headers: bytes, status: int
) -> None:
    expecting = b"%b\r\n%b%bExpect: 100-continue\r\n\r\n" % (POST, HOST, headers)
    answer = await server.send(expecting)
    assert answer.status == status
    assert answer.headers["connection"] == "close"


async def test_announced_body_is_asked_for(server: Server) -> None:
    expecting = b"%b\r\n%b%bExpect: 100-continue\r\n\r\n" % (POST, HOST, JSON)
    answer = await server.send(expecting, PRICE + request(GET, HOST))
    assert answer.status == 100
    assert answer.body.count(b"HTTP/1.1 200") == 2


async def test_http_1_0_client_is_not_asked_for_body(server: Server) -> None:
    expecting = b"Expect: 100-continue\r\n"
    line = b"POST /prices HTTP/1.0"
    answer = await server.send(request(line, HOST, JSON, expecting, body=PRICE))
    assert (answer.status, answer.body) == (200, b'"1.00"')


@pytest.mark.parametrize(
    ("expected", "status"),
    [(b"200-maybe", 417), (b"100-continue, x", 417), (b"", 200)],
)
async def test_other_expectation_is_refused(
    server: Server, expected: bytes, status: int
) -> None:
    expecting = b"Expect: %b\r\n" % expected
    answer = await server.send(request(POST, HOST, JSON, expecting, body=PRICE))
    assert answer.status == status
    if status != 200:
        assert answer.json()["code"] == "expectation_failed"
        assert answer.headers["connection"] == "close"


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


async def test_http_1_1_client_gets_chunks(server: Server) -> None:
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(request(b"GET /ticks HTTP/1.1", HOST))
    async with asyncio.timeout(10):
        head = await reader.readuntil(b"\r\n\r\n")
        assert await reader.readexactly(10) == b"5\r\ntick\n\r\n"
    writer.close()
    assert b"transfer-encoding: chunked" in head.lower()


@pytest.mark.parametrize(
    "path", ["/", "/kept", "/health", "/docs", "/nowhere", "/admin", "/errors/bug"]
)
async def test_head_is_answered_as_get(server: Server, path: str) -> None:
    url = f"http://{server.host}:{server.port}{path}"
    async with httpx.AsyncClient() as client:
        expected, answer = await client.get(url), await client.head(url)
    assert answer.status_code == expected.status_code
    assert answer.content == b""
    changing = {"date", "x-request-id", "content-length"}
    for name in expected.headers.keys() - changing:
        assert answer.headers[name] == expected.headers[name]
    if path in ("/kept", "/docs"):
        assert answer.headers["Content-Length"] == str(len(expected.content))


async def test_head_of_stream_ends(server: Server) -> None:
    answer = await server.send(request(b"HEAD /ticks HTTP/1.1", HOST))
    assert (answer.status, answer.body) == (200, b"")


async def test_connection_is_reused_after_head(server: Server) -> None:
    answer = await server.send(
        b"HEAD /kept HTTP/1.1\r\nHost: x\r\n\r\n" + request(GET, HOST)
    )
    assert answer.body.startswith(b"HTTP/1.1 200 OK")


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


async def test_idle_connection_is_not_hurried(server: Server) -> None:
    """A browser opens one ahead of its need; only a begun request must end in time."""
    reader, writer = await asyncio.open_connection(server.host, server.port)
    begun = time.monotonic()
    begun_head = b"%b\r\n%bX: " % (GET, HOST)
    begun_body = b"%b\r\n%b%b\r\n%b" % (POST, HOST, JSON, PRICE[:9])
    slow = await asyncio.gather(server.send(begun_head), server.send(begun_body))
    assert [answer.status for answer in slow] == [408, 408]
    assert time.monotonic() - begun >= 9
    writer.write(request(GET, HOST))
    async with asyncio.timeout(10):
        assert (await reader.read()).startswith(b"HTTP/1.1 200")
    writer.close()


async def test_slow_client_is_disconnected_and_delays_no_other(
    impatient_server: Server,
) -> None:
    host, port = impatient_server.host, impatient_server.port
    slow = [await asyncio.open_connection(host, port) for _ in range(100)]
    for _, writer in slow:
        writer.write(b"%b\r\n%b%b\r\n{" % (POST, HOST, JSON))
    price = await impatient_server.send(request(POST, HOST, JSON, body=PRICE))
    assert price.status == 200
    async with asyncio.timeout(30):
        answers = await asyncio.gather(*(reader.readline() for reader, _ in slow))
    assert set(answers) == {b"HTTP/1.1 408 Request Timeout\r\n"}
    for _, writer in slow:
        writer.close()


async def test_server_listens_on_both_loopback_addresses(server: Server) -> None:
    try:
        answer = await Server("::1", server.port).send(request(GET, HOST))
    except OSError:
        pytest.skip("this machine has no IPv6")
    assert answer.status == 200
