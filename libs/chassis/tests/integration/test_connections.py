"""Connections of clients that send many requests at once, or none."""

import asyncio
import logging
from collections.abc import AsyncIterator
from http import HTTPMethod, HTTPStatus

import pytest
import pytest_asyncio
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send
from uvicorn import Config
from uvicorn.server import ServerState

from chassis._http import refusing_protocol
from chassis._http.protocol import HttpProtocol
from chassis._http.refusal import refusal_of
from tests.raw_http import Server

KEEP_ALIVE_SECONDS = 1
OFFER = b"Connection: upgrade\r\nUpgrade: a\r\n"
GET = b"GET / HTTP/1.1\r\nHost: x\r\n"
CLOSE = b"Connection: close\r\n\r\n"


async def headers_of_request(scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope, receive)
    if request.method != HTTPMethod.GET:
        await request.body()
    refusal = refusal_of(scope)
    status = refusal.status if refusal else HTTPStatus.OK
    await JSONResponse(dict(request.headers), status)(scope, receive, send)


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    config = Config(
        headers_of_request,
        log_config=None,
        access_log=False,
        ws="none",
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
    state = ServerState()
    loop = asyncio.get_running_loop()
    serving = await loop.create_server(
        lambda: HttpProtocol(config, state, {}), "127.0.0.1"
    )
    host, port = serving.sockets[0].getsockname()
    yield Server(host, port)
    serving.close()


async def test_thousands_of_pipelined_upgrades_are_answered(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    requests = b"%b%b\r\n" % (GET, OFFER) * 4_000
    answer = await server.send(requests + GET + CLOSE)
    assert answer.status == 200
    assert answer.body.count(b"HTTP/1.1 200") == 4_000
    assert [each for each in caplog.records if each.levelno > logging.INFO] == []


async def test_request_after_closing_upgrade_is_ignored(server: Server) -> None:
    closing = GET + b"Connection: upgrade, close\r\nUpgrade: a\r\n\r\n"
    answer = await server.send(closing + GET + CLOSE)
    assert answer.status == 200
    assert b"HTTP/1.1" not in answer.body


@pytest.mark.parametrize("is_split", [False, True])
async def test_trailers_are_not_merged_into_headers(
    server: Server, is_split: bool
) -> None:
    post = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
    rest = b"1\r\na\r\n0\r\nContent-Encoding: gzip\r\nHost: y\r\nX: y\r\n\r\n"
    pieces = (post + CLOSE, rest) if is_split else (post + CLOSE + rest,)
    answer = await server.send(*pieces)
    assert answer.json() == {
        "host": "x",
        "transfer-encoding": "chunked",
        "connection": "close",
    }


@pytest.mark.parametrize("sent", [b"", b"\r\n"], ids=["nothing", "blank"])
async def test_connection_without_request_is_closed(
    server: Server, sent: bytes
) -> None:
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(sent)
    async with asyncio.timeout(10):
        assert await is_closed(reader)
    writer.close()


@pytest.mark.parametrize("sent", [b"", b"\r\n"], ids=["nothing", "blank"])
async def test_connection_without_further_request_is_closed(
    server: Server, sent: bytes
) -> None:
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(GET + b"\r\n")
    async with asyncio.timeout(10):
        await reader.readuntil(b"}")
        writer.write(sent)
        assert await is_closed(reader)
    writer.close()


async def is_closed(reader: asyncio.StreamReader) -> bool:
    try:
        return await reader.read() == b""
    except ConnectionResetError:
        return True  # on a machine that stalls, the client sent only after the end


async def test_begun_head_has_its_own_seconds(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusing_protocol, "HEAD_SECONDS", 2 * KEEP_ALIVE_SECONDS)
    answer = await server.send(GET + b"\r\n" + GET)
    assert b"HTTP/1.1 408" in answer.body
