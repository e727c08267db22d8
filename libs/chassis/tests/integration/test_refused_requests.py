"""Requests that are no proper HTTP/1.1 get the reason, as every other response."""

import pytest

from tests.raw_http import (
    CHUNKED,
    GET,
    HOST,
    JSON,
    POST,
    PRICE,
    SHOP,
    Answer,
    Server,
    parsed,
    request,
)

ORIGIN = b"Origin: %b\r\n" % SHOP.encode()
LONG = b"X: " + b"a" * 70_000 + b"\r\n"
BAD_CHUNK = b"%b\r\n%b%b%b\r\nzz\r\n" % (POST, HOST, ORIGIN, CHUNKED)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (request(GET, HOST, ORIGIN, LONG), 431),
        (request(GET, ORIGIN, HOST, b"no header\r\n"), 400),
        (request(b"CONNECT x:80 HTTP/1.1", HOST, ORIGIN), 501),
        (request(b"GET /kept?" + b"&" * 100 + b" HTTP/1.1", HOST, ORIGIN), 414),
        (BAD_CHUNK, 400),
    ],
    ids=["long", "malformed", "tunnel", "query", "chunk"],
)
async def test_page_of_allowed_origin_sees_refusal(
    server: Server, sent: bytes, status: int
) -> None:
    require_readable_by_page(await server.send(sent), status)


async def test_page_of_allowed_origin_sees_timeout(impatient_server: Server) -> None:
    answer = await impatient_server.send(b"%b\r\n%b%bX: " % (GET, HOST, ORIGIN))
    require_readable_by_page(answer, 408)


def require_readable_by_page(answer: Answer, status: int) -> None:
    assert answer.status == status
    assert answer.headers["access-control-allow-origin"] == SHOP
    assert answer.headers["connection"] == "close"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("head", "status"),
    [((), 400), ((HOST, HOST), 400), ((HOST, LONG), 431)],
    ids=["no host", "two hosts", "long"],
)
async def test_preflight_is_refused_like_any_request(
    server: Server, head: tuple[bytes, ...], status: int
) -> None:
    asked = b"Access-Control-Request-Method: GET\r\n"
    answer = await server.send(request(b"OPTIONS /kept HTTP/1.1", ORIGIN, asked, *head))
    assert answer.status == status
    assert answer.headers["access-control-allow-origin"] == SHOP


@pytest.mark.parametrize("wrong", [LONG, b"no header\r\n", HOST])
async def test_refused_head_request_has_no_body(server: Server, wrong: bytes) -> None:
    answer = await server.send(request(b"HEAD /kept HTTP/1.1", HOST, wrong))
    assert answer.status in (400, 431)
    assert answer.body == b""


@pytest.mark.parametrize(
    ("line", "status", "code"),
    [
        (b"FOO /kept HTTP/1.1", 501, "not_implemented"),
        (b"get /kept HTTP/1.1", 501, "not_implemented"),
        (b"PROPFIND /kept HTTP/1.1", 405, "method_not_allowed"),
        (b"TRACE /kept HTTP/1.1", 405, "method_not_allowed"),
        (b"GET /kept HTTP/1.2", 505, "http_version_not_supported"),
        (b"GET /kept HTTP/3.0", 505, "http_version_not_supported"),
        (b"PRI * HTTP/2.0", 505, "http_version_not_supported"),
        (b"GET kept HTTP/1.1", 400, "bad_request"),
        (b"GET /k\xc3\xa9 HTTP/1.1", 400, "bad_request"),
        (b"GET /" + b"%41" * 3_001 + b" HTTP/1.1", 414, "uri_too_long"),
    ],
)
async def test_request_line_gets_its_status(
    server: Server, line: bytes, status: int, code: str
) -> None:
    answer = await server.send(request(line, HOST))
    assert answer.status == status
    assert answer.json()["code"] == code
    assert "not HTTP/1" not in answer.json()["detail"]


@pytest.mark.parametrize(
    ("target", "status", "instance"),
    [
        (b"http://x/kept", 200, None),
        (b"HTTP://other.example:80/kept?a=1", 200, None),
        (b"https://x/kept", 200, None),
        (b"http://x/nowhere", 404, "/nowhere"),
        (b"http://x", 200, None),
        (b"http://x?a=1", 200, None),
        (b"http://user@x/kept", 400, "/kept"),
        (b"http:///kept", 400, ""),
        (b"ftp://x/kept", 400, ""),
        (b"*", 400, ""),
    ],
)
async def test_absolute_target_names_host_and_path(
    server: Server, target: bytes, status: int, instance: str | None
) -> None:
    answer = await server.send(request(b"GET %b HTTP/1.1" % target, HOST))
    assert answer.status == status
    if instance is not None:
        assert answer.json()["instance"] == instance


@pytest.mark.parametrize("known", [b"*", b'"a", *'])
async def test_unknown_entity_tags_do_not_matter(server: Server, known: bytes) -> None:
    headers = HOST, b"If-None-Match: %b\r\n" % known, b"Range: bytes=0-1\r\n"
    answer = await server.send(request(GET, *headers))
    assert (answer.status, answer.body) == (200, b"null")


async def test_options_of_whole_server_are_answered(server: Server) -> None:
    answer = await server.send(request(b"OPTIONS * HTTP/1.1", HOST, ORIGIN))
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["allow"] == "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
    assert answer.headers["access-control-allow-origin"] == SHOP
    assert "content-length" not in answer.headers


@pytest.mark.parametrize("method", [b"GET", b"HEAD", b"POST"])
async def test_only_options_has_target_of_whole_server(
    server: Server, method: bytes
) -> None:
    answer = await server.send(request(b"%b * HTTP/1.1" % method, HOST))
    assert answer.status == 400


async def test_absolute_target_still_needs_a_host(server: Server) -> None:
    answer = await server.send(request(b"GET http://x/kept HTTP/1.1"))
    assert answer.status == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (b"".join(b"X-%d: a\r\n" % number for number in range(998)), 200),
        (b"X: a\r\n" * 999, 431),
        (b"Host: [" + b":" * 300 + b"]\r\n", 431),
        (b"Cookie: " + b"a=b; " * 1_000 + b"\r\n", 200),
        (b"Cookie: " + b"a=b; " * 1_001 + b"\r\n", 431),
        (b'Cookie: a="' + b"\\012" * 15_000 + b'"\r\n', 431),
        (b"Upgrade: h2c\r\nConnection: upgrade\r\n" + b"X: a\r\n" * 997, 431),
    ],
)
async def test_parts_of_head_are_limited(
    server: Server, headers: bytes, status: int
) -> None:
    assert (await server.send(request(GET, HOST, headers))).status == status


async def test_refusal_comes_after_earlier_responses(server: Server) -> None:
    slow = b"GET /slow?seconds=0.3 HTTP/1.1\r\n%b\r\n" % HOST
    answer = await server.send(slow + request(GET, HOST, ORIGIN, LONG))
    assert answer.status == 200
    second = parsed(answer.body.removeprefix(b'"done"'))
    assert second.status == 431
    assert second.headers["access-control-allow-origin"] == SHOP


async def test_client_that_goes_on_sending_reads_refusal(server: Server) -> None:
    answer = await server.send(BAD_CHUNK, *[b"a" * 16_384] * 100)
    assert answer.status == 400
    assert answer.json()["detail"].startswith("this is not valid HTTP/1.1: ")


async def test_malformed_body_is_counted_once(server: Server) -> None:
    before = await counted(server)
    await server.send(BAD_CHUNK)
    counted_now = {
        line: count - before.get(line, 0)
        for line, count in (await counted(server)).items()
        if count != before.get(line)
    }
    [(line, times)] = counted_now.items()
    assert 'status="400"' in line
    assert times == 1


async def counted(server: Server) -> dict[str, float]:
    metrics = await server.send(request(b"GET /metrics HTTP/1.1", HOST))
    lines = metrics.body.decode("latin-1").splitlines()
    counters = [line for line in lines if line.startswith("http_requests_total{")]
    ours = [line.rpartition(" ") for line in counters if "/metrics" not in line]
    return {name: float(value) for name, _, value in ours}


async def test_chunks_may_have_extensions(server: Server) -> None:
    body = b'%x;a=b;c="d"\r\n%b\r\n0;x\r\nX: trailer\r\n\r\n' % (len(PRICE), PRICE)
    head = request(POST, HOST, CHUNKED)
    answer = await server.send(head + body)
    assert (answer.status, answer.body) == (200, b'"1.00"')


async def test_close_is_honoured_in_any_spelling(server: Server) -> None:
    close = b"Connection: keep-alive, Close\r\n"
    answer = await server.send(b"%b\r\n%b%b%b\r\n%b" % (POST, HOST, JSON, close, PRICE))
    assert (answer.status, answer.headers["connection"]) == (200, "close")
