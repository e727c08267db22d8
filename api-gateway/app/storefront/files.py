"""A file, mostly of the storefront's build, in the forms in which clients get it."""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.types import Scope, Send

from app.storefront.negotiation import best_coding
from chassis import header_values

Headers = tuple[tuple[bytes, bytes], ...]

# The suffixes of the forms that the build has compressed.
CODINGS = {".br": b"br", ".gz": b"gzip"}
# Their names change with their content.
IMMUTABLE = "/_app/immutable/"
ONE_YEAR = b"public, max-age=31536000, immutable"
REVALIDATED = b"no-cache"
# The types of the machine could differ from one to the next.
TYPES = mimetypes.MimeTypes()
TYPES.add_type("text/javascript", ".js")
TYPES.add_type("image/webp", ".webp")
TYPES.add_type("font/woff2", ".woff2")
TYPES.add_type("application/manifest+json", ".webmanifest")
DESCRIBES_BODY = frozenset({b"content-type", b"content-length", b"content-encoding"})


@dataclass(frozen=True)
class Form:
    """The bytes and headers of a response, without those that every response has."""

    body: bytes
    headers: Headers
    etag: bytes


@dataclass(frozen=True)
class File:
    """
    Attributes:
        forms: by coding; None is the file itself.
    """

    forms: Mapping[bytes | None, Form]

    async def send(self, scope: Scope, send: Send) -> None:
        form = self.forms[best_coding(scope, self.forms)]
        is_known = _is_known(form.etag, scope)
        headers = [
            pair
            for pair in form.headers
            # A cache gives its stored response the headers of a 304.
            if not (is_known and pair[0] in DESCRIBES_BODY)
        ]
        status = 304 if is_known else 200
        await send(
            {"type": "http.response.start", "status": status, "headers": headers}
        )
        is_empty = is_known or scope["method"] == "HEAD"
        body = b"" if is_empty else form.body
        await send({"type": "http.response.body", "body": body})


def read_file(path: Path, url: str, *more: tuple[bytes, bytes]) -> File:
    """Reads a file and its compressed forms.

    Args:
        url: its path, which says how long browsers may keep it.
        more: further headers of each response.
    """
    content_type, _ = TYPES.guess_type(url)
    content_type = content_type or "application/octet-stream"
    if content_type.startswith("text/"):
        content_type += "; charset=utf-8"
    control = ONE_YEAR if url.startswith(IMMUTABLE) else REVALIDATED
    headers = (
        (b"content-type", content_type.encode()),
        (b"cache-control", control),
        (b"vary", b"Accept-Encoding"),
        *more,
    )
    forms: dict[bytes | None, Form] = {None: _form(path.read_bytes(), headers)}
    for suffix, coding in CODINGS.items():
        compressed = path.with_name(path.name + suffix)
        if compressed.is_file() and not compressed.is_symlink():
            encoded = (*headers, (b"content-encoding", coding))
            forms[coding] = _form(compressed.read_bytes(), encoded)
    return File(forms)


def compressed_json(body: bytes) -> File:
    """Returns a JSON document as a file, with its compressed form."""
    headers = (
        (b"content-type", b"application/json"),
        (b"cache-control", REVALIDATED),
        (b"vary", b"Accept-Encoding"),
    )
    encoded = (*headers, (b"content-encoding", b"gzip"))
    compressed = gzip.compress(body, mtime=0)
    return File({None: _form(body, headers), b"gzip": _form(compressed, encoded)})


def _form(body: bytes, headers: Headers) -> Form:
    # Each form has its own, because a strong ETag stands for its exact bytes.
    etag = b'"%b"' % hashlib.sha256(body).hexdigest()[:32].encode()
    length = b"%d" % len(body)
    return Form(body, (*headers, (b"content-length", length), (b"etag", etag)), etag)


def _is_known(etag: bytes, scope: Scope) -> bool:
    given = b",".join(header_values(scope, b"if-none-match"))
    tags = {tag.strip().removeprefix(b"W/") for tag in given.split(b",")}
    return etag in tags or b"*" in tags
