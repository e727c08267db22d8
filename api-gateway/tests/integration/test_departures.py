"""No connection to a service stays in use when its client has left."""

import asyncio

import pytest
from starlette.types import Receive, Scope, Send

from app.main import RESPONSE_SECONDS
from chassis._http import bounded_protocol
from chassis.testing import eventually
from tests.gateway import Gateway
from tests.upstream import Handler, Upstream

CLIENTS = 200
ASK = b"GET /api/v1/products HTTP/1.1\r\nHost: x\r\n\r\n"


async def silent(scope: Scope, receive: Receive, send: Send) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def only_headers(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await silent(scope, receive, send)


async def half_a_body(scope: Scope, receive: Receive, send: Send) -> None:
    length = [(b"content-length", b"1000000")]
    await send({"type": "http.response.start", "status": 200, "headers": length})
    await send({"type": "http.response.body", "body": b"x" * 1000, "more_body": True})
    await silent(scope, receive, send)


@pytest.mark.parametrize(
    ("handler", "received"), [(silent, 0), (only_headers, 1), (half_a_body, 500)]
)
async def test_departed_clients_leave_no_connection_in_use(
    gateway: Gateway, upstream: Upstream, handler: Handler, received: int
) -> None:
    upstream.handler = handler
    clients = [await gateway.connect() for _ in range(CLIENTS)]
    for _, writer in clients:
        writer.write(ASK)
    await eventually(lambda: is_in_use(gateway, CLIENTS))
    for reader, _ in clients:
        await reader.readexactly(received)
    for _, writer in clients:
        writer.transport.abort()
    # Sooner than the service would have to answer.
    await eventually(lambda: is_unused(gateway), within=RESPONSE_SECONDS - 4)


async def endless(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    chunk = {"type": "http.response.body", "body": b"x" * 100_000, "more_body": True}
    departed = asyncio.create_task(silent(scope, receive, send))
    while not departed.done():
        await send(chunk)


async def test_client_that_reads_nothing_leaves_no_connection_in_use(
    gateway: Gateway, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_protocol, "STUCK_SECONDS", 2.0)
    upstream.handler = endless
    reader, writer = await gateway.connect()
    writer.write(ASK)
    await reader.readuntil(b"x")
    assert gateway.in_use == 1
    await eventually(lambda: is_unused(gateway))
    writer.close()


async def test_client_that_sends_nothing_more_is_answered(
    gateway: Gateway, upstream: Upstream
) -> None:
    reader, writer = await gateway.connect()
    writer.write(ASK)
    writer.write_eof()
    assert (await reader.read()).startswith(b"HTTP/1.1 200 ")
    writer.close()
    assert len(upstream.requests) == 1


async def is_in_use(gateway: Gateway, count: int) -> bool:
    return gateway.in_use == count


async def is_unused(gateway: Gateway) -> bool:
    return gateway.in_use == 0
