"""One service in trouble cannot take the whole gateway."""

import asyncio

import pytest

from chassis.testing import eventually
from tests.gateway import serving
from tests.raw_service import OK, answering, with_bytes
from tests.upstream import Upstream


async def test_requests_that_await_one_service_are_bounded(
    monkeypatch: pytest.MonkeyPatch, upstream: Upstream
) -> None:
    monkeypatch.setattr("app.proxy.upstream.MAX_WAITING", 2)
    go_on = asyncio.Event()

    async def wait(_: bytes, writer: asyncio.StreamWriter) -> None:
        await go_on.wait()
        writer.write(OK)

    async with (
        answering(wait) as service,
        serving(service.url) as gateway,
        gateway.client() as client,
    ):
        waiting = [
            asyncio.create_task(client.get("/api/v1/products")) for _ in range(2)
        ]
        await eventually(lambda: has_heads(service.heads, 2))
        refused = await client.get("/api/v1/products")
        go_on.set()
        answers = await asyncio.gather(*waiting)
    assert refused.status_code == 503
    assert refused.json()["code"] == "service_busy"
    assert [answer.status_code for answer in answers] == [200, 200]


async def test_responses_of_one_service_are_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.proxy.upstream.MAX_EXCHANGES", 2)
    monkeypatch.setattr("app.proxy.upstream.PLACE_SECONDS", 0.2)
    begun = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"
    async with answering(with_bytes(begun)) as service, serving(service.url) as gateway:
        readers = [await gateway.connect() for _ in range(2)]
        for reader, writer in readers:
            writer.write(b"GET /api/v1/products HTTP/1.1\r\nHost: x\r\n\r\n")
            await reader.readuntil(b"half")
        async with gateway.client() as client:
            refused = await client.get("/api/v1/products")
            # The next one has a place as soon as a client has left.
            monkeypatch.setattr("app.proxy.upstream.PLACE_SECONDS", 10)
            waiting = asyncio.create_task(client.get("/api/v1/inventory/1"))
            readers[0][1].transport.abort()
            await eventually(lambda: has_heads(service.heads, 3))
            waiting.cancel()
        readers[1][1].close()
    assert refused.status_code == 503
    assert refused.json()["code"] == "service_busy"
    assert refused.json()["service"] == "product-service"
    assert refused.headers["retry-after"] == "1"


async def has_heads(heads: list[bytes], count: int) -> bool:
    return len(heads) == count
