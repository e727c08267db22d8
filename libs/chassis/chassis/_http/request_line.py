"""The request line of a head that the parser rejects (RFC 9112, 3).

The parser rejects a line at its first wrong byte, and the status depends on the whole
line: `FO` may become `FOO / HTTP/1.1`, which is 501, or remain nonsense, which is 400.
"""

import re
from bisect import bisect_left
from contextlib import suppress
from http import HTTPStatus

import httptools

from chassis._http.refusal import Refusal
from chassis._http.request_limits import excess_of_bytes

VERSIONS = (b"1.0", b"1.1")
TOKEN = rb"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
LINE = re.compile(rb"%b [!-~]+ HTTP/([0-9]\.[0-9])\r?" % TOKEN)
# Bytes that more bytes can complete to a line.
BEGINNING = re.compile(rb"%b(?: [!-~]*(?: [!-~]*\r?)?)?" % TOKEN)


class RejectedHead:
    """The beginning of a head that the parser has rejected."""

    def __init__(self, error: httptools.HttpParserError, received: bytes) -> None:
        self._error = error
        self._received = last_request(received)

    def receive(self, data: bytes) -> Refusal | None:
        self._received += data
        return self.refusal()

    def refusal(self) -> Refusal | None:
        """Returns None while the rest of the line decides about the status."""
        line, end, _ = self._received.partition(b"\n")
        if excess := excess_of_bytes(len(line)):
            return excess
        if not end and BEGINNING.fullmatch(line):
            return None
        parts = LINE.fullmatch(line)
        if parts and parts[1] not in VERSIONS:
            return unsupported_version()
        # Some methods that the parser knows belong to RTSP only.
        if parts and "method" in str(self._error).lower():
            detail = "no resource has this method"
            return Refusal.of(HTTPStatus.NOT_IMPLEMENTED, detail)
        return malformed(self._error)


def last_request(received: bytes) -> bytes:
    """Returns the last of pipelined requests, even if it is cut off."""
    size = bisect_left(
        range(len(received)),
        requests_begun(received),
        key=lambda size: requests_begun(received[:size]),
    )
    return received[max(size - 1, 0) :]


def requests_begun(received: bytes) -> int:
    begun = 0

    class Counter:
        def on_message_begin(self) -> None:
            nonlocal begun
            begun += 1

    parser = httptools.HttpRequestParser(Counter())
    with suppress(httptools.HttpParserError, httptools.HttpParserUpgrade):
        parser.feed_data(received)
    return begun


def refusal_of_version(version: str) -> Refusal | None:
    """The parser accepts HTTP/2.0, too, and calls a line without a version HTTP/0.9."""
    if version.encode() in VERSIONS:
        return None
    if version == "0.9":
        detail = "the request line lacks a version, such as HTTP/1.1"
        return Refusal.of(HTTPStatus.BAD_REQUEST, detail)
    return unsupported_version()


def unsupported_version() -> Refusal:
    detail = "the only versions are HTTP/1.1 and HTTP/1.0"
    return Refusal.of(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, detail)


def malformed(error: httptools.HttpParserError) -> Refusal:
    match error:
        case httptools.HttpParserInvalidMethodError():
            detail = "this is not HTTP/1.1"
        case (
            httptools.HttpParserInvalidURLError() | httptools.HttpParserCallbackError()
        ):
            detail = "the target of the request is malformed"
        case _:
            detail = f"this is not valid HTTP/1.1: {error}"
    return Refusal.of(HTTPStatus.BAD_REQUEST, detail)
