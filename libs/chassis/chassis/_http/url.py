"""Percent-encoded text in URLs."""

from collections.abc import Mapping
from urllib.parse import quote, unquote_to_bytes

from starlette.types import Scope

REPLACEMENT = "\ufffd"
# The characters of a percent-encoded path (RFC 3986, section 3.3).
PATH_CHARACTERS = "/:@!$&'()*+,;=%~"


def is_text(encoded: bytes) -> bool:
    if b"%" not in encoded and encoded.isascii():
        return True
    try:
        unquote_to_bytes(encoded).decode()
    except UnicodeDecodeError:
        return False
    return True


def replaced_in(values: Mapping[str, str]) -> str | None:
    """Returns the name of the first value that was not UTF-8 before decoding."""
    return next((name for name in values if REPLACEMENT in values[name]), None)


def asked_path(scope: Scope) -> str:
    """Returns the path as the client sent it; decoded, it could be another path."""
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    return quote(raw, safe=PATH_CHARACTERS)
