"""A request is repeated if that is safe; a connection is replaced if it has ended."""

import asyncio

import pytest

from app.proxy.pool import IDLE_SECONDS
from chassis.server import KEEP_ALIVE_SECONDS
from chassis.testing import eventually
from tests.gateway import Gateway, serving
from tests.raw_service import OK, answering, with_bytes

KEY = {"Idempotency-Key": "1"}


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
        gateway.client() as client,
    ):
        response = await client.request(method, f"/api/v1{path}", headers=headers)
    assert len(service.heads) == attempts
    assert response.status_code == (200 if attempts == 2 else 502)


async def test_request_is_repeated_once_only() -> None:
    async with (
        answering(with_bytes(b"")) as service,
        serving(service.url) as gateway,
        gateway.client() as client,
    ):
        response = await client.get("/api/v1/products")
    assert response.status_code == 502
    assert len(service.heads) == 2


@pytest.mark.parametrize("begun", [b"H", b"HTTP/1.1 200 OK\r\nX: ", b"no HTTP\r\n\r\n"])
async def test_request_is_not_repeated_once_response_has_begun(begun: bytes) -> None:
    async def begin_and_close(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(begun)
        writer.close()

    async with (
        answering(begin_and_close) as service,
        serving(service.url) as gateway,
        gateway.client() as client,
    ):
        response = await client.get("/api/v1/products")
    assert response.status_code == 502
    assert len(service.heads) == 1


async def test_connection_that_is_closed_as_it_is_reused_is_replaced() -> None:
    async def answer_once(_: bytes, writer: asyncio.StreamWriter) -> None:
        if len(service.heads) == 2:
            writer.close()
        else:
            writer.write(OK)

    async with (
        answering(answer_once) as service,
        serving(service.url) as gateway,
        gateway.client() as client,
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
        gateway.client() as client,
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
