"""Compresses the responses that are worth it."""

import re
import zlib

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.compressed_tags import (
    GZIP,
    replace_compressed_tags,
    with_compressed_tag,
    with_known_tag,
)
from app.storefront.negotiation import best_coding

Headers = list[tuple[bytes, bytes]]

LEAST_BYTES = 1024
# The first levels shrink JSON nearly as much as the last, at a fraction of the cost.
LEVEL = 3
# zlib's numbers: the window has 2 ** LARGEST_WINDOW bytes, and GZIP_FORMAT is added.
LARGEST_WINDOW = 15
GZIP_FORMAT = 16
COMPRESSIBLE = re.compile(
    rb"application/([\w.-]+\+)?json|application/javascript|text/(html|css|javascript|plain)"
    rb"|image/svg\+xml",
    re.IGNORECASE,
)
FIXED = re.compile(rb"no-transform", re.IGNORECASE)
PARTIAL, NOT_MODIFIED = 206, 304
VARY = (b"vary", b"Accept-Encoding")
# A range would be one of the body that is not compressed.
OF_PLAIN_BODY = (b"content-length", b"accept-ranges")


class CompressionMiddleware:
    """Compresses bodies of known length, each piece as it comes.

    A body without a length may be a stream of events, and stays as it is.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        known_tags = replace_compressed_tags(scope)
        compressed: _CompressedResponse | None = None

        async def send_compressed(message: Message) -> None:
            nonlocal compressed
            if message["type"] != "http.response.start":
                await (compressed.send_piece if compressed else send)(message)
                return
            headers: Headers = list(message.get("headers", ()))
            if message["status"] == NOT_MODIFIED:
                # A cache takes it for the header of the response that it has.
                headers = _varying(with_known_tag(headers, known_tags))
            elif message["status"] == PARTIAL:
                # It has the headers that the whole response would have.
                headers = _varying(headers)
            elif length := compressible_length(message["status"], headers):
                is_coded = best_coding(scope, (GZIP,)) is not None
                headers = _coded(headers) if is_coded else _varying(headers)
                if is_coded and scope["method"] != "HEAD":
                    start = {**message, "headers": headers}
                    compressed = _CompressedResponse(start, length, send)
                    return
            await send({**message, "headers": headers})

        await self._app(scope, receive, send_compressed)
        if compressed is not None:
            await compressed.end()


def compressible_length(status: int, headers: Headers) -> int | None:
    """Returns the length of the body; None if it should stay as it is."""
    known = dict(headers)
    length = known.get(b"content-length", b"")
    is_compressible = (
        status not in (204, PARTIAL, NOT_MODIFIED)
        and length.isdigit()
        and int(length) > LEAST_BYTES
        and COMPRESSIBLE.match(known.get(b"content-type", b"")) is not None
        and b"content-encoding" not in known
        and not any(n == b"cache-control" and FIXED.search(v) for n, v in headers)
    )
    return int(length) if is_compressible else None


def gzip_coder(length: int) -> "zlib._Compress":
    """Returns a compressor whose window has the size of the body.

    Preparing a larger one takes longer than compressing a body of a few KiB, and does
    not make the result any smaller.
    """
    window = min(length.bit_length(), LARGEST_WINDOW)
    memory = window - 7
    return zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP_FORMAT + window, memory)


class _CompressedResponse:
    """A response whose headers go out with the first piece of its body.

    Args:
        length: of the body before it is compressed.
    """

    def __init__(self, start: Message, length: int, send: Send) -> None:
        self._start: Message | None = start
        self._send = send
        self._coder = gzip_coder(length)

    async def send_piece(self, message: Message) -> None:
        has_more = message.get("more_body", False)
        piece = self._coder.compress(message.get("body", b""))
        piece += self._coder.flush(zlib.Z_SYNC_FLUSH if has_more else zlib.Z_FINISH)
        await self._begin(None if has_more else len(piece))
        await self._send({**message, "body": piece})

    async def end(self) -> None:
        """Sends the headers of a response that was cut short before its body.

        The client learns it because the server then closes the connection.
        """
        await self._begin(None)

    async def _begin(self, length: int | None) -> None:
        if self._start is None:
            return
        start, self._start = self._start, None
        if length is not None:
            start["headers"].append((b"content-length", b"%d" % length))
        await self._send(start)


def _varying(headers: Headers) -> Headers:
    return headers if VARY in headers else [*headers, VARY]


def _coded(headers: Headers) -> Headers:
    kept = [pair for pair in headers if pair[0] not in OF_PLAIN_BODY]
    return _varying([*with_compressed_tag(kept), (b"content-encoding", GZIP)])
