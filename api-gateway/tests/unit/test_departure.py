"""The time for which a service may be silent when its client sends nothing more."""

import asyncio
from typing import cast

import pytest
from starlette.types import Message

from app.proxy.connection import Connection
from app.proxy.departure import ClientSilent, Departure

PART = {"type": "http.response.body", "body": b"x", "more_body": True}


class Exchange:
    """A connection that keeps the error with which it is aborted."""

    error: Exception | None = None

    def abort(self, error: Exception) -> None:
        self.error = error


async def receive() -> Message:
    message: Message = await asyncio.get_running_loop().create_future()
    return message


async def test_client_that_reads_slowly_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Here, the test ends the time itself.
    monkeypatch.setattr("app.proxy.departure.PATIENCE_SECONDS", 3600.0)
    exchange = Exchange()
    has_read = asyncio.Event()

    async def send(message: Message) -> None:
        await has_read.wait()

    with Departure({}, receive) as client:
        client.aborts(cast(Connection, exchange))
        sending = asyncio.create_task(client.receive(PART, send))
        await asyncio.sleep(0)
        client._end_patience()
        assert exchange.error is None
        has_read.set()
        await sending
        client._end_patience()
        assert isinstance(exchange.error, ClientSilent)


async def test_time_of_service_begins_with_its_request() -> None:
    exchange = Exchange()
    with Departure({}, receive) as client:
        client._end_patience()
        client.aborts(cast(Connection, exchange))
        assert exchange.error is None
        client._end_patience()
        assert isinstance(exchange.error, ClientSilent)
