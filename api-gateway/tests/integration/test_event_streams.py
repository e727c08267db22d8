"""Streams of events end when the gateway shuts down."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import Receive, Scope, Send

from app.resources import Resources
from chassis import resources_of
from tests.gateway import Gateway, serving
from tests.upstream import Upstream

EVENT = b"data: 1\n\n"


async def endless(scope: Scope, receive: Receive, send: Send) -> None:
    kind = [(b"content-type", b"text/event-stream")]
    await send({"type": "http.response.start", "status": 200, "headers": kind})
    await send({"type": "http.response.body", "body": EVENT, "more_body": True})
    while (await receive())["type"] != "http.disconnect":
        pass


@asynccontextmanager
async def stream(gateway: Gateway) -> AsyncIterator[AsyncIterator[bytes]]:
    """Opens a stream, and yields its chunks; its end must not be a cut connection."""
    async with (
        asyncio.timeout(10),
        gateway.client() as client,
        client.stream("GET", "/api/v1/notifications/stream") as response,
    ):
        yield response.aiter_raw()


def shut_down(gateway: Gateway) -> None:
    resources_of(gateway.app, Resources).proxy.event_streams.end()


async def test_open_stream_ends_completely(upstream: Upstream) -> None:
    upstream.handler = endless
    async with serving(upstream.url) as gateway:
        async with stream(gateway) as chunks:
            assert await anext(chunks) == EVENT
            shut_down(gateway)
            assert [chunk async for chunk in chunks] == []
        assert gateway.in_use == 0


async def test_stream_opened_during_shutdown_ends_at_once(upstream: Upstream) -> None:
    upstream.handler = endless
    async with serving(upstream.url) as gateway:
        shut_down(gateway)
        async with stream(gateway) as chunks:
            assert b"".join([chunk async for chunk in chunks]) in (b"", EVENT)
        assert gateway.in_use == 0
