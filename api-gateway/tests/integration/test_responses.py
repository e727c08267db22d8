"""Responses are compressed if that is worth it, and have careful headers."""

import asyncio
import gzip
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from starlette.types import Receive, Scope, Send

from tests.gateway import Gateway, serving
from tests.upstream import Handler, Upstream, answer

BODY = b'{"name": "lamp"}' * 100
JSON = (b"content-type", b"application/json")
GZIP = {"Accept-Encoding": "gzip"}
PATH = "/api/v1/products"


def returns(upstream: Upstream, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(send, body, headers=headers)

    upstream.handler = handle


def unchanged(etag: bytes | None) -> Handler:
    headers = [] if etag is None else [(b"etag", etag)]

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        start = {"type": "http.response.start", "status": 304}
        await send({**start, "headers": headers})
        await send({"type": "http.response.body"})

    return handle


@pytest_asyncio.fixture
async def raw(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    """A client that says itself what it accepts."""
    identity = {"Accept-Encoding": "identity"}
    async with gateway.client(headers=identity) as client:
        yield client


async def raw_body(client: httpx.AsyncClient) -> tuple[httpx.Response, bytes]:
    async with client.stream("GET", PATH, headers=GZIP) as response:
        return response, b"".join([chunk async for chunk in response.aiter_raw()])


async def test_long_json_is_compressed(
    raw: httpx.AsyncClient, upstream: Upstream
) -> None:
    returns(upstream, BODY, JSON, (b"accept-ranges", b"bytes"))

    response, body = await raw_body(raw)

    assert response.headers["content-encoding"] == "gzip"
    assert "accept-ranges" not in response.headers
    assert response.headers["content-length"] == str(len(body))
    assert "Accept-Encoding" in response.headers["vary"]
    assert len(body) < len(BODY) / 5
    assert gzip.decompress(body) == BODY


@pytest.mark.parametrize(
    "accepted",
    ["identity", "gzip;q=0", "gzip; q=0.000", "br", "xgzip", "gzip;q=0, *", "*;q=0"],
)
async def test_client_that_does_not_accept_it_gets_plain_json(
    raw: httpx.AsyncClient, upstream: Upstream, accepted: str
) -> None:
    returns(upstream, BODY, JSON)

    response = await raw.get(PATH, headers={"Accept-Encoding": accepted})

    assert "content-encoding" not in response.headers
    assert response.content == BODY
    assert "Accept-Encoding" in response.headers["vary"]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param(b"{}", [JSON], id="short"),
        pytest.param(BODY, [JSON, (b"content-encoding", b"br")], id="compressed"),
        pytest.param(BODY, [(b"content-type", b"image/png")], id="picture"),
        pytest.param(BODY, [(b"content-type", b"text/event-stream")], id="events"),
        pytest.param(BODY, [JSON, (b"cache-control", b"no-transform")], id="as it is"),
        pytest.param(
            BODY,
            [
                JSON,
                (b"cache-control", b"private, No-Transform"),
                (b"cache-control", b"max-age=1"),
            ],
            id="as it is, in two headers",
        ),
    ],
)
async def test_response_stays_as_it_is(
    raw: httpx.AsyncClient,
    upstream: Upstream,
    body: bytes,
    headers: list[tuple[bytes, bytes]],
) -> None:
    returns(upstream, body, *headers)

    response, got = await raw_body(raw)

    assert response.headers.get("content-encoding") != "gzip"
    assert got == body
    assert response.headers.get("etag") == dict(headers).get(b"etag", b"").decode() or (
        "etag" not in response.headers
    )


@pytest.mark.parametrize("etag", [b'W/"7"', None, b'"7"'])
async def test_response_without_change_varies_as_the_whole_one(
    raw: httpx.AsyncClient, upstream: Upstream, etag: bytes | None
) -> None:
    upstream.handler = unchanged(etag)

    response = await raw.get(PATH, headers=GZIP)

    assert response.status_code == 304
    assert response.headers["vary"] == "Accept-Encoding"


async def test_range_varies_as_the_whole_response(
    raw: httpx.AsyncClient, upstream: Upstream
) -> None:
    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        headers = (JSON, (b"etag", b'"1-7"'), (b"content-range", b"bytes 0-1499/9999"))
        await answer(send, BODY, 206, headers)

    upstream.handler = handle

    response = await raw.get(PATH, headers={**GZIP, "Range": "bytes=0-1499"})

    assert (response.status_code, response.content) == (206, BODY)
    assert response.headers["vary"] == "Accept-Encoding"
    assert response.headers["etag"] == '"1-7"'


async def test_compressed_response_has_an_etag_of_its_own(
    raw: httpx.AsyncClient, upstream: Upstream
) -> None:
    returns(upstream, BODY, JSON, (b"etag", b'"1-7"'))

    compressed = await raw.get(PATH, headers=GZIP)
    compressed_head = await raw.head(PATH, headers=GZIP)
    plain = await raw.get(PATH)

    assert compressed.headers["content-encoding"] == "gzip"
    assert compressed.headers["etag"] == compressed_head.headers["etag"] == '"1-7-gzip"'
    assert plain.headers["etag"] == '"1-7"'


@pytest.mark.parametrize("condition", ["If-Match", "If-None-Match"])
async def test_service_gets_its_own_etag_back(
    raw: httpx.AsyncClient, upstream: Upstream, condition: str
) -> None:
    given = 'W/"1-6-gzip", "1-7-gzip", "1-8", "gzip", "-gzip'

    await raw.get(PATH, headers={**GZIP, condition: given})

    headers = dict(upstream.requests[-1]["headers"])
    sent = headers[condition.lower().encode()]
    assert sent == b'W/"1-6", "1-7", "1-8", "gzip", "-gzip'


async def test_client_without_gzip_revalidates_no_compressed_response(
    raw: httpx.AsyncClient, upstream: Upstream
) -> None:
    known = '"1-7-gzip"'

    await raw.get(PATH, headers={"If-None-Match": known, "If-Match": known})

    headers = dict(upstream.requests[-1]["headers"])
    assert headers[b"if-none-match"] == b'"1-7-gzip"'
    # The service compares this one with its own state, whatever it returns.
    assert headers[b"if-match"] == b'"1-7"'


@pytest.mark.parametrize(
    ("known", "etag"),
    [('"1-7-gzip"', '"1-7-gzip"'), ('"1-7"', '"1-7"'), ('"1-7", "1-6-gzip"', '"1-7"')],
)
async def test_unchanged_response_has_known_etag(
    raw: httpx.AsyncClient, upstream: Upstream, known: str, etag: str
) -> None:
    upstream.handler = unchanged(b'"1-7"')

    response = await raw.get(PATH, headers={**GZIP, "If-None-Match": known})

    assert response.headers["etag"] == etag


async def test_compressed_pieces_arrive_one_by_one(
    raw: httpx.AsyncClient, upstream: Upstream
) -> None:
    has_arrived = asyncio.Event()

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        length = (b"content-length", b"%d" % (2 * len(BODY)))
        start = {"type": "http.response.start", "status": 200}
        await send({**start, "headers": [JSON, length]})
        await send({"type": "http.response.body", "body": BODY, "more_body": True})
        await has_arrived.wait()
        await send({"type": "http.response.body", "body": BODY})

    upstream.handler = handle

    async with raw.stream("GET", PATH, headers=GZIP) as response:
        pieces = response.aiter_bytes(len(BODY))
        first = await anext(pieces)
        has_arrived.set()
        rest = b"".join([piece async for piece in pieces])

    assert response.headers["content-encoding"] == "gzip"
    assert (first, rest) == (BODY, BODY)


async def test_response_that_is_cut_short_fails(
    raw: httpx.AsyncClient, upstream: Upstream
) -> None:
    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        length = (b"content-length", b"%d" % (2 * len(BODY)))
        start = {"type": "http.response.start", "status": 200}
        await send({**start, "headers": [JSON, length]})
        await send({"type": "http.response.body", "body": BODY, "more_body": True})

    upstream.handler = handle

    with pytest.raises(httpx.RemoteProtocolError):
        await raw.get(PATH, headers=GZIP)


async def test_answers_of_the_api_cannot_be_framed_or_run(
    raw: httpx.AsyncClient, upstream: Upstream
) -> None:
    returns(upstream, BODY, JSON)

    headers = (await raw.get(PATH)).headers

    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert "strict-transport-security" not in headers


async def test_pages_keep_their_policy(raw: httpx.AsyncClient) -> None:
    policy = (await raw.get("/docs")).headers.get_list("content-security-policy")

    assert len(policy) == 1
    assert "script-src 'self'" in policy[0]


async def test_browsers_stay_with_https(upstream: Upstream, redis_url: str) -> None:
    public = {"public_url": "https://shop.example", "redis_url": redis_url}
    async with (
        serving(upstream.url, **public) as gateway,
        gateway.client() as client,
    ):
        headers = (await client.get(PATH)).headers

    assert headers["strict-transport-security"] == "max-age=63072000"


async def test_head_has_the_headers_that_get_would_have(
    raw: httpx.AsyncClient, upstream: Upstream
) -> None:
    returns(upstream, BODY, JSON)

    compressed = await raw.head(PATH, headers=GZIP)
    plain = await raw.head(PATH)

    assert compressed.headers["content-encoding"] == "gzip"
    # It is known only after compression.
    assert "content-length" not in compressed.headers
    assert plain.headers["content-length"] == str(len(BODY))
