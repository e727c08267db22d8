"""HEAD is answered as GET, without the body."""

import httpx
import pytest

from tests.raw_http import (
    GET,
    HOST,
    PATIENCE,
    Server,
    request,
)


@pytest.mark.parametrize(
    "path", ["/", "/kept", "/health/live", "/docs", "/nowhere", "/admin", "/errors/bug"]
)
async def test_head_is_answered_as_get(server: Server, path: str) -> None:
    url = f"http://{server.host}:{server.port}{path}"
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        expected, answer = await client.get(url), await client.head(url)
    assert answer.status_code == expected.status_code
    assert answer.content == b""
    changing = {"date", "x-request-id", "content-length"}
    for name in expected.headers.keys() - changing:
        assert answer.headers[name] == expected.headers[name]
    if path in ("/kept", "/docs"):
        assert answer.headers["Content-Length"] == str(len(expected.content))


async def test_head_of_stream_ends(server: Server) -> None:
    answer = await server.send(request(b"HEAD /ticks HTTP/1.1", HOST))
    assert (answer.status, answer.body) == (200, b"")


async def test_connection_is_reused_after_head(server: Server) -> None:
    answer = await server.send(
        b"HEAD /kept HTTP/1.1\r\nHost: x\r\n\r\n" + request(GET, HOST)
    )
    assert answer.body.startswith(b"HTTP/1.1 200 OK")
