"""Clients that leave while requests that they have sent ahead await their turn."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from starlette.types import Receive, Scope, Send

from chassis._http.refusal import has_client_ended
from chassis._http.unreceived import abort_and_discard
from chassis.testing import eventually
from tests.served_app import served

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


@pytest.mark.parametrize(
    "leave",
    [
        lambda writer: abort_and_discard(writer.transport),
        lambda writer: writer.write_eof(),
    ],
    ids=["reset", "end"],
)
async def test_departure_is_noticed_while_requests_await_their_turn(
    leave: Callable[[asyncio.StreamWriter], None],
) -> None:
    stream = Stream()

    async def has_begun() -> bool:
        return stream.has_begun

    async def has_ended() -> bool:
        return stream.has_ended

    async with served(stream) as (server, _):
        _, writer = await asyncio.open_connection(server.host, server.port)
        writer.write(GET * 3)
        await eventually(has_begun)
        leave(writer)
        await eventually(has_ended)
        writer.close()
