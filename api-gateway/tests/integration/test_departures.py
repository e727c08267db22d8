"""No connection to a service stays in use when its client has left."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from starlette.types import Receive, Scope, Send

from app.resources import Resources
from chassis import resources_of
from chassis._http import bounded_protocol
from chassis._peers import recovery
from chassis._peers.breaker import FAILURES
from chassis.testing import eventually
from tests.gateway import Gateway, serving
from tests.raw_service import OK, answering
from tests.upstream import Handler, Upstream

CLIENTS = 200
ASK = b"GET /api/v1/products HTTP/1.1\r\nHost: x\r\n\r\n"
# Not repeated, and the gateway closes the connection after its response.
ASK_ONCE = b"POST /api/v1/products HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


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


@pytest.fixture
def patience(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    """The gateway awaits a response for as long as its client is there."""
    for upstream in resources_of(gateway.app, Resources).proxy.upstreams.values():
        monkeypatch.setattr(upstream, "_response_seconds", 3600.0)


@pytest.mark.usefixtures("patience")
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
    await eventually(lambda: is_unused(gateway))


async def endless(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    chunk = {"type": "http.response.body", "body": b"x" * 100_000, "more_body": True}
    departed = asyncio.create_task(silent(scope, receive, send))
    while not departed.done():
        await send(chunk)


async def test_client_that_reads_nothing_leaves_no_connection_in_use(
    gateway: Gateway, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    upstream.handler = endless
    reader, writer = await gateway.connect()
    writer.write(ASK)
    await reader.readuntil(b"x")
    assert gateway.in_use == 1
    monkeypatch.setattr(bounded_protocol, "STUCK_SECONDS", 0.0)
    await eventually(lambda: is_unused(gateway))
    writer.close()


class Failing:
    """A service that sends `answer` and closes the connection. Without one it hangs."""

    def __init__(self) -> None:
        self.answer: bytes | None = None
        self.is_over = asyncio.Event()

    async def __call__(self, _: bytes, writer: asyncio.StreamWriter) -> None:
        if self.answer is None:
            await self.is_over.wait()
        else:
            writer.write(self.answer)
            writer.close()


@pytest_asyncio.fixture
async def failing() -> AsyncIterator[Failing]:
    failing = Failing()
    yield failing
    failing.is_over.set()


@pytest_asyncio.fixture
async def front(
    failing: Failing, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Gateway]:
    """A gateway whose breakers are new."""
    monkeypatch.setattr("app.proxy.departure.PATIENCE_SECONDS", 0.1)
    async with answering(failing) as service, serving(service.url) as gateway:
        yield gateway


async def leave(gateway: Gateway, failing: Failing) -> None:
    """Asks a service that hangs, and leaves."""
    failing.answer = None
    _, writer = await gateway.connect()
    writer.write(ASK)
    await eventually(lambda: is_in_use(gateway, 1))
    writer.transport.abort()
    await eventually(lambda: is_unused(gateway))


async def ask(gateway: Gateway, failing: Failing, answer: bytes, times: int) -> None:
    failing.answer = answer
    for _ in range(times):
        assert await gateway.send(ASK_ONCE)


async def breaker(gateway: Gateway) -> str:
    async with gateway.client() as client:
        health = (await client.get("/health")).json()
    state: str = health["breakers"]["product-service"]
    return state


async def test_departed_client_resets_no_failures(
    front: Gateway, failing: Failing, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The breaker stays open, however long the requests take.
    monkeypatch.setattr(recovery, "POLL_SECONDS", 60.0)
    await ask(front, failing, b"", FAILURES - 1)
    await leave(front, failing)
    assert await breaker(front) == "closed"
    await ask(front, failing, b"", 1)
    assert await breaker(front) == "open"


async def test_departed_client_closes_no_breaker(
    front: Gateway, failing: Failing
) -> None:
    await ask(front, failing, b"", FAILURES)

    async def is_tried_again() -> bool:
        return await breaker(front) == "half-open"

    await eventually(is_tried_again)
    await leave(front, failing)
    assert await breaker(front) == "half-open"
    # The next request can still find out that the service works.
    await ask(front, failing, OK, 1)
    assert await breaker(front) == "closed"


async def is_in_use(gateway: Gateway, count: int) -> bool:
    return gateway.in_use == count


async def is_unused(gateway: Gateway) -> bool:
    return gateway.in_use == 0
