"""A client that sends nothing more gets its response, though it may have left."""

import asyncio
import json

import pytest

from tests.gateway import Gateway, serving
from tests.raw_service import answering
from tests.upstream import Upstream

ASK = b"GET /api/v1/products HTTP/1.1\r\nHost: x\r\n\r\n"


async def test_client_that_sends_nothing_more_is_answered(
    gateway: Gateway, upstream: Upstream
) -> None:
    reader, writer = await gateway.connect()
    writer.write(ASK)
    writer.write_eof()
    assert (await reader.read()).startswith(b"HTTP/1.1 200 ")
    writer.close()
    assert len(upstream.requests) == 1


async def test_silent_service_is_a_504_for_silent_client(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.proxy.departure.PATIENCE_SECONDS", 0.1)
    is_over = asyncio.Event()

    async def wait(_: bytes, writer: asyncio.StreamWriter) -> None:
        await is_over.wait()

    async with answering(wait) as service, serving(service.url) as gateway:
        reader, writer = await gateway.connect()
        writer.write(ASK)
        writer.write_eof()
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 504 ")
        assert json.loads(body)["code"] == "service_timeout"
        assert gateway.in_use == 0
        writer.close()
        is_over.set()
