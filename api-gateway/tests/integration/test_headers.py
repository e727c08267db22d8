"""Headers pass as raw pairs, except those of one connection and the gateway's own."""

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from tests.gateway import Gateway, serving
from tests.upstream import Upstream, answer

CLOSE = b"Connection: close\r\n"


def request(*lines: bytes) -> bytes:
    head = (b"GET /api/v1/products HTTP/1.1", b"Host: shop.example", *lines)
    return b"\r\n".join((*head, b"", b""))


async def test_raw_headers_reach_the_service(
    gateway: Gateway, upstream: Upstream
) -> None:
    await gateway.send(
        request(b"Connection: close", b"X-Twice: a", b"X-Twice: b", b"X-Raw: caf\xe9")
    )
    headers = upstream.requests[0]["headers"]
    assert [v for n, v in headers if n == b"x-twice"] == [b"a", b"b"]
    assert (b"x-raw", b"caf\xe9") in headers
    assert (b"host", f"127.0.0.1:{upstream.port}".encode()) in headers


async def test_headers_of_the_connection_end_at_the_gateway(
    gateway: Gateway, upstream: Upstream
) -> None:
    named = (b"Connection: close, X-Foo", b"Connection: cookie", b"Cookie: a=1")
    lines = (*named, b"X-Foo: 1", b"TE: trailers", b"X-Bar: 2", b"Keep-Alive: 5")
    await gateway.send(request(*lines, b"Proxy-Authorization: x"))
    names = {name for name, _ in upstream.requests[0]["headers"]}
    dropped = {b"x-foo", b"te", b"proxy-authorization", b"keep-alive", b"connection"}
    assert names & (dropped | {b"cookie"}) == set()
    assert b"x-bar" in names


async def test_headers_of_the_service_connection_end_at_the_gateway(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    async def hop(scope: Scope, receive: Receive, send: Send) -> None:
        named = ((b"connection", b"x-foo"), (b"x-foo", b"1"), (b"x-bar", b"2"))
        await answer(send, b"ok", 200, named)

    upstream.handler = hop
    response = await client.get("/api/v1/products")
    assert "x-foo" not in response.headers
    assert response.headers["x-bar"] == "2"


async def test_each_cookie_of_a_service_is_returned(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    async def cookies(scope: Scope, receive: Receive, send: Send) -> None:
        pairs = ((b"set-cookie", b"a=1; Path=/"), (b"set-cookie", b"b=2; Path=/"))
        await answer(send, b"ok", 200, pairs)

    upstream.handler = cookies
    response = await client.get("/api/v1/products")
    assert response.headers.get_list("set-cookie") == ["a=1; Path=/", "b=2; Path=/"]


async def test_single_headers_are_not_doubled(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    async def doubled(scope: Scope, receive: Receive, send: Send) -> None:
        pairs = (
            (b"x-request-id", b"another"),
            (b"cache-control", b"max-age=60"),
            (b"access-control-allow-origin", b"*"),
            (b"vary", b"Origin"),
        )
        await answer(send, b"ok", 200, pairs)

    upstream.handler = doubled
    given = {"X-Request-ID": "mine", "Origin": "https://other.example"}
    response = await client.get("/api/v1/products", headers=given)
    assert response.headers.get_list("x-request-id") == ["mine"]
    assert response.headers.get_list("cache-control") == ["max-age=60"]
    assert len(response.headers.get_list("date")) == 1
    assert len(response.headers.get_list("server")) == 1
    assert "access-control-allow-origin" not in response.headers
    assert response.headers.get_list("vary", split_commas=True) == ["Origin"]


async def test_request_id_and_trace_begin_at_the_gateway(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    response = await client.get("/api/v1/products")
    headers = dict(upstream.requests[0]["headers"])
    assert headers[b"x-request-id"].decode() == response.headers["x-request-id"]
    version, trace, span, _ = headers[b"traceparent"].decode().split("-")
    assert (version, len(trace), len(span)) == ("00", 32, 16)


async def test_trace_of_the_client_is_continued(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    given = {"traceparent": f"00-{trace}-b7ad6b7169203331-01"}
    await client.get("/api/v1/products", headers=given)
    found = [v for n, v in upstream.requests[0]["headers"] if n == b"traceparent"]
    assert len(found) == 1
    assert trace.encode() in found[0]
    assert b"b7ad6b7169203331" not in found[0]


FORGED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Prefix": "/evil",
    "Forwarded": "for=203.0.113.9",
    "X-Real-IP": "203.0.113.9",
}


def forwarded(upstream: Upstream) -> dict[str, str]:
    names = (b"x-forwarded", b"forwarded", b"x-real-ip")
    return {
        name.decode(): value.decode()
        for name, value in upstream.requests[0]["headers"]
        if name.startswith(names)
    }


async def test_forwarding_headers_of_clients_are_replaced(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    await client.get("/api/v1/products", headers={**FORGED, "Host": "shop.example"})
    assert forwarded(upstream) == {
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-proto": "http",
        "x-forwarded-host": "shop.example",
    }


@pytest.mark.parametrize("chain", ["203.0.113.9", "evil, 203.0.113.9, 127.0.0.1"])
async def test_trusted_proxy_is_believed(upstream: Upstream, chain: str) -> None:
    async with (
        serving(upstream.url, trusted_proxies="127.0.0.1") as gateway,
        gateway.client() as client,
    ):
        given = {**FORGED, "X-Forwarded-For": chain}
        await client.get("/api/v1/products", headers=given)
    assert forwarded(upstream) == {
        "x-forwarded-for": "203.0.113.9",
        "x-forwarded-proto": "https",
        "x-forwarded-host": "evil.example",
    }


@pytest.mark.parametrize(
    "lines",
    [
        (b"Content-Length: 3", b"Transfer-Encoding: chunked"),
        (b"Content-Length: 3", b"Content-Length: 4"),
        (b"Transfer-Encoding: chunked, identity",),
        (b"Transfer-Encoding: xchunked",),
        (b"Transfer-Encoding : chunked",),
        (b"Transfer-Encoding:\x0bchunked",),
        (b"Content-Length: +3",),
        (b"Content-Length: 3, 3",),
        (b"Host: other.example",),
        (b" X-Folded: 1",),
    ],
)
async def test_ambiguous_framing_is_refused(
    gateway: Gateway, upstream: Upstream, lines: tuple[bytes, ...]
) -> None:
    head = b"POST /api/v1/orders HTTP/1.1\r\nHost: shop.example\r\n"
    smuggled = b"0\r\n\r\nGET /reservations/1 HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = await gateway.send(head + b"\r\n".join((*lines, b"", smuggled)))
    assert answer.split(b" ")[1] in (b"400", b"501")
    assert answer.count(b"HTTP/1.1 ") == 1
    assert upstream.requests == []


@pytest.mark.parametrize(
    ("path", "name", "value", "public"),
    [
        ("/orders", "Location", "/orders/7", "/api/v1/orders/7"),
        (
            "/orders",
            "Link",
            '</orders?status=a%2Fb&cursor=c>; rel="next", </docs>; rel="help"',
            '</api/v1/orders?status=a%2Fb&cursor=c>; rel="next", </docs>; rel="help"',
        ),
        ("/users/me/sessions", "Link", "</me/sessions>", "</api/v1/users/me/sessions>"),
        (
            "/auth/oidc/login",
            "Location",
            "https://id.example/a",
            "https://id.example/a",
        ),
        ("/auth/oidc/login", "Location", "//id.example/me", "//id.example/me"),
    ],
)
async def test_link_of_a_service_has_its_public_path(
    client: httpx.AsyncClient,
    upstream: Upstream,
    path: str,
    name: str,
    value: str,
    public: str,
) -> None:
    async def link(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(send, b"ok", 200, ((name.lower().encode(), value.encode()),))

    upstream.handler = link
    response = await client.get(f"/api/v1{path}")
    assert response.headers[name] == public
