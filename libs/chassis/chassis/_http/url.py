"""Percent-encoded text in URLs."""

from collections.abc import Mapping
from typing import Literal
from urllib.parse import quote, unquote_to_bytes

from fastapi import Request
from starlette.types import Scope

from chassis._errors import Invalid

REPLACEMENT = "\ufffd"
# The characters of a percent-encoded path (RFC 3986, section 3.3).
PATH_CHARACTERS = "/:@!$&'()*+,;=%~"


class UnreadableUrl(Invalid):
    """The URL contains bytes that are not UTF-8."""

    def __init__(self, where: Literal["path", "query"], field: str | None) -> None:
        self.where = where
        super().__init__("must be UTF-8 text, percent-encoded", field)


async def refuse_unreadable_url(request: Request) -> None:
    """Raises `UnreadableUrl` for bytes that the framework would replace with U+FFFD."""
    if not is_text(request.scope["raw_path"]):
        raise UnreadableUrl("path", replaced_in(request.path_params))
    if not is_text(request.scope["query_string"]):
        raise UnreadableUrl("query", replaced_in(request.query_params))


def is_text(encoded: bytes) -> bool:
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
