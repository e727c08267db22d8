"""Clients that leave while requests that they have sent ahead await their turn."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest
from starlette.types import Receive, Scope, Send

from chassis._http.refusal import has_client_ended
from chassis._http.unreceived import abort_and_discard
from chassis.testing import eventually
from tests.served_app import served

Leave = Callable[[asyncio.StreamWriter], None]
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


@dataclass
class Stream:
    """An application whose response ends when the client leaves, or stops sending."""

    has_begun: bool = False
    has_ended: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        self.has_begun = True
        while (await receive())["type"] != "http.disconnect":
            if has_client_ended(scope):
                await send({"type": "http.response.body"})
        self.has_ended = True

    async def begun(self) -> bool:
        return self.has_begun

    async def ended(self) -> bool:
        return self.has_ended


LEAVING = pytest.mark.parametrize(
    "leave",
    [
        lambda writer: abort_and_discard(writer.transport),
        lambda writer: writer.write_eof(),
    ],
    ids=["reset", "end"],
)


@LEAVING
async def test_departure_is_noticed_while_requests_await_their_turn(
    leave: Leave,
) -> None:
    stream = Stream()
    async with served(stream) as (server, _):
        _, writer = await asyncio.open_connection(server.host, server.port)
        writer.write(GET * 3)
        await eventually(stream.begun)
        leave(writer)
        await eventually(stream.ended)
        writer.close()


@LEAVING
async def test_departure_is_noticed_after_further_requests(leave: Leave) -> None:
    stream = Stream()
    async with served(stream) as (server, connections):
        _, writer = await asyncio.open_connection(server.host, server.port)
        writer.write(GET)
        await eventually(stream.begun)

        async def holds(count: int) -> bool:
            held = connections[0]._unparsed
            return held is not None and len(held[0]) - held[1] == count * len(GET)

        for count in range(3):
            writer.write(GET)
            # The first one is parsed.
            await eventually(partial(holds, count))
        leave(writer)
        await eventually(stream.ended)
        writer.close()
