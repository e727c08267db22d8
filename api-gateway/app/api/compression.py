"""Compresses the responses that are worth it."""

import gzip
import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.storefront.negotiation import best_coding

Headers = list[tuple[bytes, bytes]]

LEAST_BYTES = 1024
# Longer ones would hold up the event loop, and memory.
MOST_BYTES = 1024 * 1024
# The first levels shrink JSON nearly as much as the last, at a fraction of the cost.
LEVEL = 3
COMPRESSIBLE = re.compile(
    rb"application/([\w.-]+\+)?json|application/javascript|text/(html|css|javascript|plain)"
    rb"|image/svg\+xml"
)
GZIP = b"gzip"
NOT_MODIFIED = 304
VARY = (b"vary", b"Accept-Encoding")


class CompressionMiddleware:
    """Compresses whole bodies of known length: a stream is never held back.

    A response with a strong ETag stays as it is: that tag stands for its exact bytes,
    and clients send it back in `If-Match`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        chunks: list[bytes] = []

        async def send_compressed(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                headers: Headers = list(message.get("headers", ()))
                if message["status"] == NOT_MODIFIED and may_vary(headers):
                    # A cache takes it for the header of the response that it has.
                    await send({**message, "headers": [*headers, VARY]})
                elif not is_compressible(message["status"], headers):
                    await send(message)
                elif best_coding(scope, (GZIP,)) is None:
                    await send({**message, "headers": [*headers, VARY]})
                elif scope["method"] == "HEAD":
                    # The length after compression is not known.
                    await send({**message, "headers": [*_unsized(headers), VARY]})
                else:
                    start = {**message, "headers": headers}
            elif start is None:
                await send(message)
            else:
                chunks.append(message.get("body", b""))
                if not message.get("more_body", False):
                    whole, start = start, None
                    await _send_whole(whole, b"".join(chunks), send)

        await self._app(scope, receive, send_compressed)
        if start is not None:
            # It was cut short; the client learns that from its length.
            await send(start)
            body = b"".join(chunks)
            await send({"type": "http.response.body", "body": body, "more_body": True})


def may_vary(headers: Headers) -> bool:
    """Returns whether the response has no strong ETag, which stands for its bytes."""
    return not dict(headers).get(b"etag", b"W/").startswith(b'"')


def is_compressible(status: int, headers: Headers) -> bool:
    known = dict(headers)
    length = known.get(b"content-length", b"")
    return (
        status not in (204, 206, NOT_MODIFIED)
        and length.isdigit()
        and LEAST_BYTES < int(length) <= MOST_BYTES
        and COMPRESSIBLE.match(known.get(b"content-type", b"")) is not None
        and b"content-encoding" not in known
        and may_vary(headers)
        and b"no-transform" not in known.get(b"cache-control", b"")
    )


def _unsized(headers: Headers) -> Headers:
    return [pair for pair in headers if pair[0] != b"content-length"]


async def _send_whole(start: Message, body: bytes, send: Send) -> None:
    compressed = gzip.compress(body, LEVEL, mtime=0)
    headers = [
        *_unsized(start["headers"]),
        VARY,
        (b"content-encoding", GZIP),
        (b"content-length", b"%d" % len(compressed)),
    ]
    await send({**start, "headers": headers})
    await send({"type": "http.response.body", "body": compressed})
