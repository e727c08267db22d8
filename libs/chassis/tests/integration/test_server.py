"""The service in a process of its own, and how it ends."""

import asyncio
import signal
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import Process
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from chassis import Database
from chassis.testing import eventually
from tests.raw_http import HOST, JSON, POST, PRICE
from tests.thing_server import served_things


@pytest_asyncio.fixture
async def server(
    database: Database, database_url: str
) -> AsyncIterator[tuple[Process, httpx.AsyncClient]]:
    assert database
    async with served_things(database_url) as server:
        yield server


async def begin_request(client: httpx.AsyncClient) -> tuple[StreamReader, StreamWriter]:
    """Sends a request except its last byte; returns when the server works on it."""
    reader, writer = await asyncio.open_connection(
        client.base_url.host, client.base_url.port
    )
    writer.write(b"%b\r\n%b%b\r\n%b" % (POST, HOST, JSON, PRICE[:-1]))

    async def is_in_flight() -> bool:
        return "http_requests_in_flight 2.0" in (await client.get("/metrics")).text

    await eventually(is_in_flight)
    return reader, writer


async def stop_listening(process: Process, client: httpx.AsyncClient) -> None:
    """Sends the signal to stop; returns when the server has begun to."""

    async def listens_no_longer() -> bool:
        try:
            _, probe = await asyncio.open_connection(
                client.base_url.host, client.base_url.port
            )
        except ConnectionError:
            return True
        probe.close()
        return False

    process.send_signal(signal.SIGTERM)
    await eventually(listens_no_longer)


async def test_server_finishes_requests_before_it_exits(
    server: tuple[Process, httpx.AsyncClient],
) -> None:
    process, client = server
    reader, writer = await begin_request(client)
    await stop_listening(process, client)
    writer.write(PRICE[-1:])
    async with asyncio.timeout(10):
        assert (await reader.read()).endswith(b'"1.00"')
        assert await process.wait() == 0
    writer.close()


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
async def test_second_signal_cuts_no_request_short(
    server: tuple[Process, httpx.AsyncClient], second: signal.Signals
) -> None:
    process, client = server
    reader, writer = await begin_request(client)
    await stop_listening(process, client)
    process.send_signal(second)
    with pytest.raises(TimeoutError):
        # The server looks for a second signal ten times a second.
        await asyncio.wait_for(reader.read(), 1)
    writer.write(PRICE[-1:])
    async with asyncio.timeout(10):
        assert (await reader.read()).endswith(b'"1.00"')
        assert await process.wait() == 0
    writer.close()
