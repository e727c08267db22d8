"""Malformed values that clients send by mistake or on purpose."""

import json
from typing import Any

MAX_BODY = 1024 * 1024

NEVER_TAKEN: dict[str, Any] = {
    "NUL": "lamp\x00lamp",
    "lone surrogate": "lamp\ud800lamp",
    "over-long text": "x" * 100_000,
    "NaN": float("nan"),
    "Infinity": float("inf"),
    "minus Infinity": float("-inf"),
}
"""Values that every field rejects, even if its schema cannot say so."""

ODD_VALUES: dict[str, Any] = {
    "text": "lamp",
    "blank": " \t\n",
    "empty text": "",
    "number": 12,
    "number in text": "12",
    "fraction": 0.5,
    "flag": True,
    "minus one": -1,
    "2^31": 2**31,
    "2^63": 2**63,
    "10^400": 10**400,
    "list": [],
    "object": {},
    "list of lists": [[[]]],
    "long list": ["x"] * 1000,
    "null": None,
}
"""Values that some fields accept, according to their schemas."""


def nested(depth: int, opening: str = "[", closing: str = "]") -> bytes:
    return (opening * depth + closing * depth).encode()


NO_BODIES: dict[str, bytes] = {
    "nothing": b"",
    "white space": b" \n",
    "no JSON": b"lamp",
    "a single brace": b"{",
    "not UTF-8": b'{"\xff\xfe": 1}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "NUL": b"\x00",
    "null": b"null",
    "a flag": b"true",
    "a number": b"7",
    "a text": b'"lamp"',
    "a list": b"[]",
    "NaN": b"NaN",
    "a number of 5,000 digits": b"1" * 5000,
    "deep lists": nested(100_000),
    "deep lists, cut": b"[" * 100_000,
    "deep objects": nested(100_000, '{"a":', "}").replace(b":}", b":0}"),
}

FORMS: dict[str, bytes] = {
    "nothing": b"",
    "no form": b'{"a": 1}',
    "NUL": b"username=%00&password=%00&grant_type=%00",
    "odd signs": b"%ff=%ff&&&==",
    "thousands of fields": b"&".join(b"f%d=1" % n for n in range(5000)),
}

UNREADABLE: dict[str, str] = {
    "not UTF-8": "%ff",
    "lone surrogate": "%ed%a0%80",
}
"""Bytes that are not text, percent-encoded."""

TEXTS: dict[str, str] = {
    **UNREADABLE,
    "nothing": "",
    "text": "lamp",
    "minus one": "-1",
    "zero": "0",
    "101": "101",
    "2^31": str(2**31),
    "2^63": str(2**63),
    "2^100": str(2**100),
    "5,000 digits": "1" * 5000,
    "fraction": "0.5",
    "NaN": "NaN",
    "NUL": "%00",
    "NUL within": "1%00",
    "wild card": "%25",
    "over-long": "x" * 5000,
}
"""As they stand in a path or a query, percent-encoded."""


def as_json(body: Any) -> bytes:
    """Also of what JSON does not have."""
    return json.dumps(body).encode()
