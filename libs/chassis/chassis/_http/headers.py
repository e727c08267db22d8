"""Reads a few headers of a request at the least cost.

Starlette decodes all headers, and copies them, to look for one. ASGI's names are bytes
in lower case.
"""

from starlette.types import Scope


def header_values(scope: Scope, name: bytes) -> list[bytes]:
    return [value for key, value in scope["headers"] if key == name]


def header(scope: Scope, name: bytes) -> bytes | None:
    """Returns the first value of the header; None if the request does not have it."""
    return next(iter(header_values(scope, name)), None)


def has_body(scope: Scope) -> bool:
    if header(scope, b"content-length") not in (None, b"0"):
        return True
    return header(scope, b"transfer-encoding") is not None
