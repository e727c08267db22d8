"""The ETags of compressed responses, which the services do not know.

A strong ETag stands for exact bytes, so a compressed response has one of its own:
`"1-7"` becomes `"1-7-gzip"`. The service gets its own tag back in `If-Match` and
`If-None-Match`.
"""

import re

from starlette.types import Scope

from app.storefront.negotiation import best_coding

Headers = list[tuple[bytes, bytes]]

GZIP = b"gzip"
SUFFIX = b'-gzip"'
IF_NONE_MATCH = b"if-none-match"
CONDITIONS = frozenset({b"if-match", IF_NONE_MATCH})
COMPRESSED_TAG = re.compile(rb'("[^"]*)-gzip"')


def replace_compressed_tags(scope: Scope) -> frozenset[bytes]:
    """Gives the conditions of a request the tags of the service.

    A client that does not accept gzip would otherwise learn that a compressed response
    has not changed, and a cache would send it that one.

    Returns:
        The tags of compressed responses that the client has sent.
    """
    headers: Headers = scope["headers"]
    conditions = {n for n, v in headers if n in CONDITIONS and SUFFIX in v}
    if IF_NONE_MATCH in conditions and best_coding(scope, (GZIP,)) is None:
        conditions.remove(IF_NONE_MATCH)
    if not conditions:
        return frozenset()
    found = {
        match[0]
        for name, value in headers
        if name in conditions
        for match in COMPRESSED_TAG.finditer(value)
    }
    scope["headers"] = [
        (name, COMPRESSED_TAG.sub(rb'\1"', value) if name in conditions else value)
        for name, value in headers
    ]
    return frozenset(found)


def with_compressed_tag(headers: Headers) -> Headers:
    """Returns the headers of a compressed response; a weak ETag stays as it is."""
    return [
        (name, _compressed(value) if name == b"etag" else value)
        for name, value in headers
    ]


def with_known_tag(headers: Headers, known: frozenset[bytes]) -> Headers:
    """Returns the headers of a 304.

    Args:
        known: the tags of the compressed responses that the client has.
    """
    return [
        (name, _compressed(value))
        if name == b"etag" and _compressed(value) in known
        else (name, value)
        for name, value in headers
    ]


def _compressed(tag: bytes) -> bytes:
    is_strong = len(tag) > 1 and tag.startswith(b'"') and tag.endswith(b'"')
    return tag[:-1] + SUFFIX if is_strong else tag
