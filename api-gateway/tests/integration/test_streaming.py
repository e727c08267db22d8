"""Bodies pass through as they come, in constant memory."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from tests.gateway import Gateway, serving
from tests.raw_service import answering, with_bytes
from tests.upstream import Upstream, answer

MIB = 1024 * 1024


async def test_events_arrive_one_by_one(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    received = asyncio.Event()

    async def events(scope: Scope, receive: Receive, send: Send) -> None:
        kind = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": kind})
        for number in range(3):
            event = b"data: %d\n\n" % number
            message = {"type": "http.response.body", "body": event, "more_body": True}
            await send(message)
            # The next event comes only when the client has this one.
            await received.wait()
            received.clear()
        await send({"type": "http.response.body"})

    upstream.handler = events
    found = []
    async with client.stream("GET", "/api/v1/notifications/stream") as response:
        async for chunk in response.aiter_raw():
            found.append(chunk)
            received.set()
    assert found == [b"data: 0\n\n", b"data: 1\n\n", b"data: 2\n\n"]


async def test_large_body_passes_in_constant_memory(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    async def large(scope: Scope, receive: Receive, send: Send) -> None:
        length = [(b"content-length", b"%d" % (100 * MIB))]
        await send({"type": "http.response.start", "status": 200, "headers": length})
        for number in range(100):
            more = number < 99
            body = b"x" * MIB
            message = {"type": "http.response.body", "body": body, "more_body": more}
            await send(message)

    upstream.handler = large
    size = 0
    tracemalloc.start()
    try:
        async with client.stream("GET", "/api/v1/products/7") as response:
            async for chunk in response.aiter_raw():
                size += len(chunk)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size == 100 * MIB
    assert peak < 16 * MIB


async def test_slow_client_stops_its_service(
    gateway: Gateway, upstream: Upstream
) -> None:
    sent = 0

    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal sent
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(1000):
            await send(
                {"type": "http.response.body", "body": b"x" * MIB, "more_body": True}
            )
            sent += 1

    upstream.handler = endless
    reader, writer = await gateway.connect()
    writer.write(b"GET /api/v1/products HTTP/1.1\r\nHost: x\r\n\r\n")
    await reader.readexactly(100)
    before = -1
    while before != sent:
        before = sent
        for _ in range(200):
            await asyncio.sleep(0)
    writer.transport.abort()
    assert sent < 100


async def test_request_body_passes_unchanged(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    body = bytes(range(256)) * 1000

    async def chunks() -> AsyncIterator[bytes]:
        for place in range(0, len(body), 1000):
            yield body[place : place + 1000]

    for content in (body, chunks()):
        response = await client.post("/api/v1/orders", content=content)
        assert response.status_code == 200
    assert [request["body"] for request in upstream.requests] == [body, body]
    lengths = [dict(r["headers"])[b"content-length"] for r in upstream.requests]
    assert lengths == [b"256000", b"256000"]


@pytest.mark.parametrize("is_announced", [True, False])
async def test_large_request_is_refused_without_asking_service(
    client: httpx.AsyncClient, upstream: Upstream, is_announced: bool
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(17):
            yield b"x" * 65536

    content = b"x" * (MIB + 1) if is_announced else chunks()
    response = await client.post("/api/v1/orders", content=content)
    assert response.status_code == 413
    assert response.json()["code"] == "content_too_large"
    assert upstream.requests == []


async def test_body_of_one_mebibyte_passes(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    response = await client.post("/api/v1/orders", content=b"x" * MIB)
    assert response.status_code == 200
    assert len(upstream.requests[0]["body"]) == MIB


async def test_expectation_is_met_by_the_gateway(
    gateway: Gateway, upstream: Upstream
) -> None:
    reader, writer = await gateway.connect()
    writer.write(
        b"POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    )
    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(b"{}")
    assert (await reader.read()).startswith(b"HTTP/1.1 200 ")
    writer.close()
    assert upstream.requests[0]["body"] == b"{}"
    assert b"expect" not in dict(upstream.requests[0]["headers"])


async def test_client_that_expects_to_send_too_much_is_refused_at_once(
    gateway: Gateway, upstream: Upstream
) -> None:
    answer = await gateway.send(
        b"POST /api/v1/orders HTTP/1.1\r\nHost: x\r\n"
        b"Expect: 100-continue\r\nContent-Length: 2000000\r\n\r\n"
    )
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert upstream.requests == []


async def test_old_client_gets_no_chunks(gateway: Gateway, upstream: Upstream) -> None:
    async def pieces(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for body in (b"one", b"two", b""):
            more = body != b""
            message = {"type": "http.response.body", "body": body, "more_body": more}
            await send(message)

    upstream.handler = pieces
    answer = await gateway.send(b"GET /api/v1/products HTTP/1.0\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"transfer-encoding" not in head.lower()
    assert body == b"onetwo"


@pytest.mark.parametrize(
    ("method", "status", "headers"),
    [
        ("HEAD", 200, [(b"content-length", b"12345"), (b"etag", b'"1"')]),
        ("GET", 204, [(b"etag", b'"1"')]),
        ("GET", 304, [(b"etag", b'"1"')]),
    ],
)
async def test_response_without_body_passes(
    gateway: Gateway,
    client: httpx.AsyncClient,
    upstream: Upstream,
    method: str,
    status: int,
    headers: list[tuple[bytes, bytes]],
) -> None:
    async def bare(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["method"] == method
        start = {"type": "http.response.start", "status": status}
        await send({**start, "headers": headers})
        await send({"type": "http.response.body"})

    upstream.handler = bare
    for _ in range(3):
        response = await client.request(method, "/api/v1/products/7")
        assert response.status_code == status
        assert response.headers["etag"] == '"1"'
        assert response.content == b""
        if method == "HEAD":
            assert response.headers["content-length"] == "12345"
    assert gateway.in_use == 0


async def test_not_modified_response_with_length_passes() -> None:
    raw = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nContent-Length: 9\r\n\r\n'
    async with (
        answering(with_bytes(raw)) as service,
        serving(service.url) as gateway,
        gateway.client() as client,
    ):
        for _ in range(2):
            response = await client.get("/api/v1/products/7")
            assert response.status_code == 304
            assert response.headers["etag"] == '"1"'


async def test_range_passes(client: httpx.AsyncClient, upstream: Upstream) -> None:
    async def partial(scope: Scope, receive: Receive, send: Send) -> None:
        assert (b"range", b"bytes=1-2") in scope["headers"]
        await answer(send, b"bc", 206, ((b"content-range", b"bytes 1-2/4"),))

    upstream.handler = partial
    ask = {"Range": "bytes=1-2"}
    response = await client.get("/api/v1/products/7", headers=ask)
    assert response.status_code == 206
    assert response.headers["content-range"] == "bytes 1-2/4"
    assert response.content == b"bc"
