"""A failing service is named; what is not known to have been sent is never a 503."""

import asyncio
import errno
from typing import Any

import httpx
import pytest

from app.proxy import proxy
from app.proxy.connection import Connection
from app.proxy.pool import IDLE_SECONDS
from chassis.server import KEEP_ALIVE_SECONDS
from chassis.testing import eventually
from tests.gateway import Gateway, serving
from tests.raw_service import OK, Answer, answering, with_bytes
from tests.upstream import Upstream

KEY = {"Idempotency-Key": "1"}
CUT = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\nhalf"
CUT_CHUNK = CUT.replace(b"Content-Length: 10", b"Transfer-Encoding: chunked").replace(
    b"half", b"4\r\nhalf"
)


async def test_service_that_cannot_be_reached_is_a_503() -> None:
    async with (
        serving("http://127.0.0.1:9") as gateway,
        httpx.AsyncClient(base_url=gateway.url) as client,
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
        httpx.AsyncClient(base_url=gateway.url) as client,
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
        httpx.AsyncClient(base_url=gateway.url) as client,
    ):
        response = await client.get("/api/v1/orders")
        assert response.status_code == 504
        assert response.json()["service"] == "order-service"
        assert response.json()["code"] == "service_timeout"
        # It had its time; another attempt would take as long again.
        assert len(service.heads) == 1
        assert gateway.in_use == 0
        is_over.set()


@pytest.mark.parametrize(
    ("method", "path", "headers", "attempts"),
    [
        ("GET", "/products", {}, 2),
        ("DELETE", "/orders/7", {}, 2),
        ("PUT", "/orders/7", {}, 2),
        ("PUT", "/products/7", {"If-Match": '"1"'}, 1),
        ("POST", "/orders", {}, 1),
        ("POST", "/orders", KEY, 2),
        ("POST", "/auth/login", KEY, 1),
    ],
)
async def test_request_is_repeated_once_if_that_is_safe(
    method: str, path: str, headers: dict[str, str], attempts: int
) -> None:
    async with (
        answering(with_bytes(b"", OK)) as service,
        serving(service.url) as gateway,
        httpx.AsyncClient(base_url=gateway.url) as client,
    ):
        response = await client.request(method, f"/api/v1{path}", headers=headers)
    assert len(service.heads) == attempts
    assert response.status_code == (200 if attempts == 2 else 502)


async def test_request_is_repeated_once_only() -> None:
    async with (
        answering(with_bytes(b"")) as service,
        serving(service.url) as gateway,
        httpx.AsyncClient(base_url=gateway.url) as client,
    ):
        response = await client.get("/api/v1/products")
    assert response.status_code == 502
    assert len(service.heads) == 2


async def test_request_that_may_have_been_sent_is_no_503() -> None:
    async def close_for_good(_: bytes, writer: asyncio.StreamWriter) -> None:
        service.stop()
        writer.close()

    async with (
        answering(close_for_good) as service,
        serving(service.url) as gateway,
        httpx.AsyncClient(base_url=gateway.url) as client,
    ):
        response = await client.get("/api/v1/products")
    assert response.status_code == 502


async def test_connection_that_is_closed_as_it_is_reused_is_replaced() -> None:
    async def answer_once(_: bytes, writer: asyncio.StreamWriter) -> None:
        if len(service.heads) == 2:
            writer.close()
        else:
            writer.write(OK)

    async with (
        answering(answer_once) as service,
        serving(service.url) as gateway,
        httpx.AsyncClient(base_url=gateway.url) as client,
    ):
        for _ in range(3):
            response = await client.get("/api/v1/products")
            assert response.status_code == 200
    assert len(service.heads) == 4


async def test_connection_that_was_closed_while_idle_is_not_used() -> None:
    closing = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    async def answer_and_close(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(closing)
        await writer.drain()
        writer.close()

    async with (
        answering(answer_and_close) as service,
        serving(service.url) as gateway,
        httpx.AsyncClient(base_url=gateway.url) as client,
    ):
        for _ in range(3):
            response = await client.post("/api/v1/orders")
            assert response.status_code == 200
            await eventually(lambda: has_no_open_connection(gateway))


async def has_no_open_connection(gateway: Gateway) -> bool:
    pool = gateway.pools["order-service"]
    return all(connection.is_closing for connection in pool._idle)


def test_idle_connections_end_before_the_services_close_them() -> None:
    assert IDLE_SECONDS < KEEP_ALIVE_SECONDS / 1.5


@pytest.mark.parametrize("cut", [CUT, CUT_CHUNK])
async def test_response_that_is_cut_short_ends_the_connection(cut: bytes) -> None:
    async with answering(with_bytes(cut)) as service, serving(service.url) as gateway:
        answer = await gateway.send(
            b"GET /api/v1/products HTTP/1.1\r\nHost: x\r\n\r\n",
        )
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b"half" in answer
        assert not answer.endswith(b"0\r\n\r\n")
        assert gateway.in_use == 0


async def test_service_that_hangs_in_its_body_ends_the_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(proxy, "SILENCE_SECONDS", 0.2)
    begun = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"
    async with answering(with_bytes(begun)) as service, serving(service.url) as gateway:
        answer = await gateway.send(
            b"GET /api/v1/products HTTP/1.1\r\nHost: x\r\n\r\n",
        )
        assert answer.endswith(b"half")
        assert gateway.in_use == 0


async def test_interim_responses_are_skipped() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    async with (
        answering(with_bytes(early + OK)) as service,
        serving(service.url) as gateway,
        httpx.AsyncClient(base_url=gateway.url) as client,
    ):
        for _ in range(2):
            response = await client.get("/api/v1/products")
            assert (response.status_code, response.content) == (200, b"ok")
            assert "link" not in response.headers


async def test_unasked_bytes_do_not_become_a_response() -> None:
    poison = OK + b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"
    async with (
        answering(with_bytes(poison)) as service,
        serving(service.url) as gateway,
        httpx.AsyncClient(base_url=gateway.url) as client,
    ):
        for _ in range(3):
            assert (await client.get("/api/v1/products")).content == b"ok"


async def test_body_that_ends_with_the_connection_passes() -> None:
    whole = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\neverything"
    async with (
        answering(with_bytes(whole)) as service,
        serving(service.url) as gateway,
        httpx.AsyncClient(base_url=gateway.url) as client,
    ):
        assert (await client.get("/api/v1/products")).content == b"everything"


async def test_breaker_spares_a_failing_service() -> None:
    async with (
        answering(with_bytes(b"")) as service,
        serving(service.url) as gateway,
        httpx.AsyncClient(base_url=gateway.url) as client,
    ):
        statuses = [(await client.post("/api/v1/orders")).status_code for _ in range(6)]
        other = await client.post("/api/v1/auth/login")
    assert statuses == [502] * 5 + [503]
    assert len(service.heads) == 6
    # Each service has a breaker of its own.
    assert other.status_code == 502


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
        httpx.AsyncClient(base_url=gateway.url) as client,
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
        async with httpx.AsyncClient(base_url=gateway.url) as client:
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


async def test_lack_of_open_files_opens_no_breaker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with (
        answering(with_bytes(OK)) as service,
        serving(service.url) as gateway,
        httpx.AsyncClient(base_url=gateway.url) as client,
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


async def has_heads(heads: list[bytes], count: int) -> bool:
    return len(heads) == count
