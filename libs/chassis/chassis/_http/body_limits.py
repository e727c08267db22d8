"""Limits a body before it is parsed: parsing takes many times as long as counting.

A valid body has at most 300 values and 9,000 characters that look like the beginning of
one (a description of commas); the longest valid form has 5,000 escapes.
"""

import json
from urllib.parse import parse_qsl

from pydantic_core import from_json

from chassis._http.url import is_text, replaced_in
from chassis._values.schemas import (
    TOO_MANY_VALUES,
    is_shortened,
    uncounted_errors,
)

MAX_JSON_VALUES = 10_000
MAX_FORM_FIELDS = 1000
MAX_FORM_ESCAPES = 10_000
# Only this much of a body with too many values is read: enough for 20 errors.
BEGINNING_BYTES = 16 * 1024


class MalformedBody(Exception):
    """The body is refused as a whole, or because of one field of a form."""

    def __init__(self, detail: str, field: str = "", message: str = "") -> None:
        super().__init__(detail)
        self.field = field
        self.message = message or detail


def check_form(body: bytes) -> None:
    """Raises `MalformedBody` for too many fields, or for bytes that are no text."""
    if body.count(b"&") >= MAX_FORM_FIELDS:
        raise MalformedBody(f"a form may have {MAX_FORM_FIELDS:,} fields at most")
    if body.count(b"%") > MAX_FORM_ESCAPES:
        limit = f"{MAX_FORM_ESCAPES:,}"
        raise MalformedBody(f"a form may have {limit} percent-encoded bytes at most")
    if not is_text(body):
        fields = parse_qsl(body.decode("latin-1"), keep_blank_values=True)
        detail = "a form must be UTF-8 text, percent-encoded"
        raise MalformedBody(detail, replaced_in(dict(fields)) or "", "must be text")


def bounded_json(body: bytes) -> bytes:
    """Returns the body, or its beginning if it has too many values.

    `RequestBody` refuses a beginning, even a valid one. The fields that are not read
    count as errors.

    Raises:
        MalformedBody: it has too many values, and its beginning is no JSON object.
    """
    if sum(map(body.count, (b",", b"[", b"{"))) <= MAX_JSON_VALUES:
        return body
    try:
        read = from_json(body[:BEGINNING_BYTES], allow_partial=True)
        beginning = json.dumps(read).encode()
    except ValueError:
        raise MalformedBody(TOO_MANY_VALUES) from None
    if not isinstance(read, dict):
        raise MalformedBody(TOO_MANY_VALUES)
    is_shortened.set(True)
    uncounted_errors.set(body.count(b":", BEGINNING_BYTES))
    return beginning
