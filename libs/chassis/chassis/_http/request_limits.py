"""Limits the parts of a request: reading many of them takes longer than a body.

Also refuses an expectation that is not met (RFC 9110, 10.1.1).
"""

from http import HTTPStatus

from chassis._http.refusal import Refusal

# Request line and headers together, trailers included.
MAX_HEAD_BYTES = 64 * 1024
# Without method and target.
REST_OF_LINE_BYTES = len("  HTTP/1.1\r\n")
MAX_LINES = 1000
MAX_COOKIES = 1000
MAX_HOST = 300
# No valid target has more than a dozen parameters and 2,700 percent-encoded bytes.
MAX_PARAMETERS = 100
MAX_ESCAPES = 3000
# A body of 1 MiB may have chunks of 16 bytes. Each chunk costs a microsecond at most.
MAX_CHUNKS = 65_536

EXPECTATIONS = (b"", b"100-continue")

TOO_LARGE = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE


def excess_of_target(target: bytes) -> Refusal | None:
    if target.count(b"&") >= MAX_PARAMETERS:
        detail = f"a query may have {MAX_PARAMETERS} parameters at most"
    elif target.count(b"%") > MAX_ESCAPES:
        detail = f"a URL may have {MAX_ESCAPES:,} percent-encoded bytes at most"
    else:
        return None
    return Refusal.of(HTTPStatus.REQUEST_URI_TOO_LONG, detail)


def refusal_of_header(name: bytes, value: bytes, lines: int) -> Refusal | None:
    """Returns why one header is refused; `lines` counts those before it."""
    if lines >= MAX_LINES:
        detail = f"a request may have {MAX_LINES:,} lines of headers at most"
        return Refusal.of(TOO_LARGE, detail)
    name = name.lower()
    if name == b"host" and len(value) > MAX_HOST:
        return Refusal.of(TOO_LARGE, f"a host may have {MAX_HOST} characters at most")
    # FastAPI reads all cookies. An escape within one costs as much as a cookie.
    if name == b"cookie" and value.count(b";") + value.count(b"\\") > MAX_COOKIES:
        detail = f"a request may have {MAX_COOKIES:,} cookies at most"
        return Refusal.of(TOO_LARGE, detail)
    if name == b"expect" and value.lower() not in EXPECTATIONS:
        detail = "the only expectation is 100-continue"
        return Refusal.of(HTTPStatus.EXPECTATION_FAILED, detail)
    return None


def excess_of_bytes(count: int) -> Refusal | None:
    if count <= MAX_HEAD_BYTES:
        return None
    return Refusal.of(TOO_LARGE, "request line and headers may have 64 KiB at most")


def excess_of_chunks(count: int) -> Refusal | None:
    if count <= MAX_CHUNKS:
        return None
    detail = f"a body may have {MAX_CHUNKS:,} chunks at most"
    return Refusal.of(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
