"""A failing service is named; what is not known to have been sent is never a 503."""

import asyncio
import errno
from typing import Any

import pytest

from app.proxy.connection import Connection
from chassis._peers import recovery
from tests.gateway import serving
from tests.raw_service import OK, Answer, answering, with_bytes


async def test_service_that_cannot_be_reached_is_a_503() -> None:
    async with (
        serving("http://127.0.0.1:9") as gateway,
        gateway.client() as client,
    ):
        response = await client.post("/api/v1/orders", content=b"{}")
    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["retry-after"] == "1"
    assert response.json()["service"] == "order-service"
    assert response.json()["code"] == "peer_unreachable"


@pytest.mark.parametrize("answer", [b"", b"no HTTP\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: "])
async def test_unreadable_response_is_a_502(answer: bytes) -> None:
    async with (
        answering(ending(answer)) as service,
        serving(service.url) as gateway,
        gateway.client() as client,
    ):
        response = await client.post("/api/v1/orders", content=b"{}")
    assert response.status_code == 502
    assert response.json()["service"] == "order-service"
    assert response.json()["code"] == "service_failed"
    assert len(service.heads) == 1


def ending(data: bytes) -> Answer:
    async def answer(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        writer.close()

    return answer


async def test_silent_service_is_a_504(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.main.RESPONSE_SECONDS", 0.2)

    is_over = asyncio.Event()

    async def wait(_: bytes, writer: asyncio.StreamWriter) -> None:
        await is_over.wait()

    async with (
        answering(wait) as service,
        serving(service.url) as gateway,
        gateway.client() as client,
    ):
        response = await client.get("/api/v1/orders")
        assert response.status_code == 504
        assert response.json()["service"] == "order-service"
        assert response.json()["code"] == "service_timeout"
        # It had its time; another attempt would take as long again.
        assert len(service.heads) == 1
        assert gateway.in_use == 0
        is_over.set()


async def test_request_that_may_have_been_sent_is_no_503() -> None:
    async def close_for_good(_: bytes, writer: asyncio.StreamWriter) -> None:
        service.stop()
        writer.close()

    async with (
        answering(close_for_good) as service,
        serving(service.url) as gateway,
        gateway.client() as client,
    ):
        response = await client.get("/api/v1/products")
    assert response.status_code == 502


async def test_breaker_spares_a_failing_service(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The breaker stays open, however long the requests take.
    monkeypatch.setattr(recovery, "POLL_SECONDS", 60.0)
    async with (
        answering(with_bytes(b"")) as service,
        serving(service.url) as gateway,
        gateway.client() as client,
    ):
        statuses = [(await client.post("/api/v1/orders")).status_code for _ in range(6)]
        other = await client.post("/api/v1/auth/login")
    assert statuses == [502] * 5 + [503]
    assert len(service.heads) == 6
    # Each service has a breaker of its own.
    assert other.status_code == 502


async def test_lack_of_open_files_opens_no_breaker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with (
        answering(with_bytes(OK)) as service,
        serving(service.url) as gateway,
        gateway.client() as client,
    ):
        with monkeypatch.context() as scarce:
            loop = asyncio.get_running_loop()
            connect = loop.create_connection

            async def fail(protocol: Any, *address: Any, **options: Any) -> Any:
                if protocol is Connection:
                    raise OSError(errno.EMFILE, "too many open files")
                return await connect(protocol, *address, **options)

            scarce.setattr(loop, "create_connection", fail)
            refused = [await client.post("/api/v1/orders") for _ in range(6)]
        answered = await client.post("/api/v1/orders")
    assert {each.status_code for each in refused} == {503}
    assert answered.status_code == 200
