"""Clients that send requests without waiting for responses."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial

import pytest
import pytest_asyncio
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from chassis._http import refusing_protocol
from chassis._http.pipelining_protocol import SLICE_BYTES
from chassis._http.protocol import HttpProtocol
from chassis._http.refusal import refusal_of
from chassis.testing import eventually
from tests.raw_http import Server
from tests.served_app import served

HEAD_SECONDS = 0.2
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
CLOSE = b"GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
# Its head is complete only with the second slice.
LONG = b"GET / HTTP/1.1\r\nHost: x\r\nX: %b\r\n\r\n" % (b"a" * SLICE_BYTES)
MOST_READ = 2 * 256 * 1024  # Two reads of uvloop or asyncio.


@dataclass
class Site:
    """A server whose responses wait until `go_on` is set.

    Attributes:
        begun: the paths of the requests that the application got.
        connections: the protocols of all connections.
    """

    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    begun: list[str] = field(default_factory=list)
    connections: list[HttpProtocol] = field(default_factory=list)
    server: Server = field(default_factory=lambda: Server("", 0))

    async def holding_connection(self) -> HttpProtocol | None:
        return next((c for c in self.connections if c._unparsed), None)

    async def has_begun(self, count: int) -> bool:
        return len(self.begun) == count

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.begun.append(scope["path"])
        await self.go_on.wait()
        refusal = refusal_of(scope)
        body = b"" if refusal else await Request(scope, receive).body()
        text = f"{scope['method']} {scope['path']} {len(body)};"
        status = refusal.status if refusal else 200
        await PlainTextResponse(text, status)(scope, receive, send)


@pytest_asyncio.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    async with served(site) as (site.server, site.connections):
        yield site
        site.go_on.set()


async def test_few_pipelined_requests_are_parsed_ahead(site: Site) -> None:
    _, writer = await asyncio.open_connection(site.server.host, site.server.port)
    writer.write(GET * 30_000)
    connection = await eventually(site.holding_connection)
    assert len(connection.pipeline) <= SLICE_BYTES // len(GET) + 1
    assert connection._unparsed
    assert len(connection._unparsed[0]) <= MOST_READ
    writer.transport.abort()


async def test_pipelined_requests_are_answered_in_their_order(site: Site) -> None:
    site.go_on.set()
    requests = [b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % n for n in range(2_000)]
    answers = await site.server.send(b"".join(requests) + CLOSE)
    assert site.begun == [*(f"/{n}" for n in range(2_000)), "/last"]
    assert answers.body.count(b"HTTP/1.1 200") == 2_000


async def test_parsed_requests_are_not_kept_with_incomplete_head(site: Site) -> None:
    site.go_on.set()
    _, writer = await asyncio.open_connection(site.server.host, site.server.port)
    requests = GET * 200
    for start in range(0, 5_000, 1_000):
        writer.write(requests[start : start + 1_000])
        await eventually(partial(site.has_begun, (start + 1_000) // len(GET)))
    assert 0 < len(site.connections[0]._kept) < len(GET)
    writer.close()


async def test_pipelined_requests_arrive_whole(site: Site) -> None:
    site.go_on.set()
    post = b"POST /%d HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"
    body = b"a" * 100_000
    posts = [b"%b%b" % (post % number, body) for number in range(20)]
    answers = await site.server.send(b"".join(posts) + CLOSE)
    texts = [b"POST /%d 100000;" % number for number in range(20)]
    positions = [answers.body.find(text) for text in [*texts, b"GET /last 0;"]]
    assert positions == sorted(positions)
    assert positions[0] >= 0


async def test_time_of_head_ends_while_nothing_is_read(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusing_protocol, "HEAD_SECONDS", HEAD_SECONDS)
    sending = asyncio.create_task(site.server.send(GET + GET + LONG + CLOSE))
    asyncio.get_running_loop().call_later(2 * HEAD_SECONDS, site.go_on.set)
    answers = await sending
    assert answers.status == 200
    assert answers.body.endswith(b"GET /last 0;")


async def test_time_of_head_begins_again_when_it_is_read(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusing_protocol, "HEAD_SECONDS", HEAD_SECONDS)
    sending = asyncio.create_task(site.server.send(GET + GET + LONG[:-1]))
    asyncio.get_running_loop().call_later(2 * HEAD_SECONDS, site.go_on.set)
    assert b"HTTP/1.1 408" in (await sending).body


@pytest.mark.parametrize(
    ("rest", "end"),
    [(b"", b"GET / 0;"), (GET[:20], b"400"), (b"FOO / HTTP/1.1\r\n\r\n", b"501")],
    ids=["whole", "cut off", "unknown method"],
)
async def test_end_of_client_counts_after_all_requests(
    site: Site, rest: bytes, end: bytes
) -> None:
    reader, writer = await asyncio.open_connection(site.server.host, site.server.port)
    writer.write(GET * 1_000 + rest)
    writer.write_eof()
    site.go_on.set()
    async with asyncio.timeout(10):
        answers = await reader.read()
    writer.close()
    assert answers.count(b"HTTP/1.1 200") == 1_000
    assert end in answers[answers.rindex(b"HTTP/1.1") :]


async def test_client_that_pipelines_and_leaves_is_forgotten(site: Site) -> None:
    _, writer = await asyncio.open_connection(site.server.host, site.server.port)
    writer.write(GET * 1_000)
    connection = await eventually(site.holding_connection)
    writer.transport.abort()
    site.go_on.set()

    async def is_forgotten() -> bool:
        return connection._unparsed is None

    await eventually(is_forgotten)
    assert len(site.begun) < 1_000
