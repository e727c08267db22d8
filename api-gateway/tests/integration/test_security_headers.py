"""Every response has the headers that make browsers careful, refusals included."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from app.proxy.proxy import Proxy
from tests.gateway import Gateway, serving
from tests.upstream import Upstream

CAREFUL = {
    b"content-security-policy: default-src 'none'; frame-ancestors 'none'",
    b"cross-origin-opener-policy: same-origin",
    b"referrer-policy: no-referrer",
    b"strict-transport-security: max-age=63072000",
    b"x-content-type-options: nosniff",
    b"x-frame-options: DENY",
}
HOST = b"Host: shop.example\r\nConnection: close\r\n"
PATH = b"/api/v1/products"


def request(line: bytes, *headers: bytes) -> bytes:
    return line + b" HTTP/1.1\r\n" + b"".join(headers) + b"\r\n"


PREFLIGHT = (HOST, b"Access-Control-Request-Method: PUT\r\n")
REQUESTS = [
    pytest.param(request(b"GET " + PATH, HOST), 200, id="response of a service"),
    pytest.param(request(b"GET /nothing", HOST), 404, id="unknown path"),
    pytest.param(request(b"GET " + PATH), 400, id="no host"),
    pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400, id="TLS"),
    pytest.param(
        request(b"POST " + PATH, HOST, b"Content-Length: 2000000\r\n"),
        413,
        id="large body",
    ),
    pytest.param(request(b"GET /?" + b"a=1&" * 200, HOST), 414, id="long URL"),
    pytest.param(
        request(b"GET /", HOST, b"X: %b\r\n" % (b"x" * 70_000)), 431, id="long head"
    ),
    pytest.param(request(b"BREW /", HOST), 501, id="unknown method"),
    pytest.param(
        request(b"OPTIONS /", *PREFLIGHT, b"Origin: https://shop.example\r\n"),
        200,
        id="preflight",
    ),
    pytest.param(
        request(b"OPTIONS /", *PREFLIGHT, b"Origin: https://evil.example\r\n"),
        400,
        id="refused preflight",
    ),
]


@pytest_asyncio.fixture(scope="session")
async def behind_tls(
    served_upstream: Upstream, redis_url: str
) -> AsyncIterator[Gateway]:
    origin = "https://shop.example"
    settings = {"public_url": origin, "allowed_origins": [origin]}
    async with serving(served_upstream.url, redis_url=redis_url, **settings) as gateway:
        yield gateway


def status_and_headers(answer: bytes) -> tuple[int, list[bytes]]:
    line, *headers = answer.partition(b"\r\n\r\n")[0].split(b"\r\n")
    return int(line.split()[1]), headers


@pytest.mark.parametrize(("sent", "status"), REQUESTS)
async def test_every_response_has_careful_headers(
    behind_tls: Gateway, sent: bytes, status: int
) -> None:
    found, headers = status_and_headers(await behind_tls.send(sent))

    assert found == status
    assert set(headers) >= CAREFUL
    names = [each.partition(b":")[0] for each in headers]
    assert [names.count(each.partition(b":")[0]) for each in CAREFUL] == [1] * 6


async def test_unexpected_error_has_careful_headers(
    behind_tls: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(Proxy, "forward")

    found, headers = status_and_headers(
        await behind_tls.send(request(b"GET " + PATH, HOST))
    )

    assert found == 500
    assert set(headers) >= CAREFUL
