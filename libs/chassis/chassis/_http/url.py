"""What is percent-encoded, as text."""

from collections.abc import Mapping
from typing import Literal
from urllib.parse import quote, unquote_to_bytes

from fastapi import Request
from starlette.types import Scope

from chassis._errors import Invalid

REPLACEMENT = "\ufffd"
# What a path may have (RFC 3986, section 3.3), percent-encoded already.
PATH_CHARACTERS = "/:@!$&'()*+,;=%~"


class UnreadableUrl(Invalid):
    """It has bytes that are no text."""

    def __init__(self, where: Literal["path", "query"], field: str | None) -> None:
        self.where = where
        super().__init__("must be UTF-8 text, percent-encoded", field)


async def refuse_unreadable_url(request: Request) -> None:
    """Raises `UnreadableUrl` for what everybody below would replace with U+FFFD."""
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
    """The name of the first that was no text before it was decoded."""
    return next((name for name in values if REPLACEMENT in values[name]), None)


def asked_path(scope: Scope) -> str:
    """The path as the client sent it: decoded, it might name something else."""
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    return quote(raw, safe=PATH_CHARACTERS)
