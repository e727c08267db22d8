"""A client may announce its body, and wait until the server asks for it."""

import pytest

from tests.raw_http import (
    GET,
    HOST,
    JSON,
    POST,
    PRICE,
    Server,
    request,
)


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
