"""The service in a process of its own: slow clients, and the end."""

import asyncio
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from chassis import Database
from chassis.testing import eventually
from tests.thing_server import served_things


@pytest_asyncio.fixture
async def server(
    database: Database, database_url: str
) -> AsyncIterator[tuple[Process, httpx.AsyncClient]]:
    assert database
    async with served_things(database_url) as server:
        yield server


async def test_server_finishes_requests_before_it_exits(
    server: tuple[Process, httpx.AsyncClient],
) -> None:
    process, client = server
    slow = asyncio.create_task(client.get("/slow", params={"seconds": 1.5}))

    async def is_in_flight() -> bool:
        return "http_requests_in_flight 2.0" in (await client.get("/metrics")).text

    await eventually(is_in_flight)
    process.send_signal(signal.SIGTERM)
    assert (await slow).text == '"done"'
    async with asyncio.timeout(10):
        assert await process.wait() == 0


async def test_slow_client_is_disconnected_and_delays_no_other(
    server: tuple[Process, httpx.AsyncClient],
) -> None:
    _, client = server
    head = b"POST /prices HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"
    slow = [
        await asyncio.open_connection(client.base_url.host, client.base_url.port)
        for _ in range(100)
    ]
    for _, writer in slow:
        writer.write(head)
    price = await client.post("/prices", json={"price": "1.00"})
    assert price.status_code == 200
    async with asyncio.timeout(30):
        answers = await asyncio.gather(*(reader.readline() for reader, _ in slow))
    assert set(answers) == {b"HTTP/1.1 408 Request Timeout\r\n"}
    for _, writer in slow:
        writer.close()
