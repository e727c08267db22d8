"""The service in a process of its own, and how it ends."""

import asyncio
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator

import httpx
import pytest
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


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
async def test_second_signal_cuts_no_request_short(
    server: tuple[Process, httpx.AsyncClient], second: signal.Signals
) -> None:
    process, client = server
    host, port = client.base_url.host, client.base_url.port
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(b"GET /slow?seconds=2 HTTP/1.1\r\nHost: x\r\n\r\n")

    async def is_in_flight() -> bool:
        return "http_requests_in_flight 2.0" in (await client.get("/metrics")).text

    async def listens_no_longer() -> bool:
        try:
            _, probe = await asyncio.open_connection(host, port)
        except ConnectionError:
            return True
        probe.close()
        return False

    await eventually(is_in_flight)
    process.send_signal(signal.SIGTERM)
    await eventually(listens_no_longer)
    process.send_signal(second)
    async with asyncio.timeout(10):
        assert (await reader.read()).endswith(b'"done"')
        assert await process.wait() == 0
    writer.close()
