"""Explains the error of one field to people who do not know Python."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from chassis._http.malformed_body import NOT_AN_OBJECT
from chassis._values.schemas import WITHOUT_NUL

MEANING = {
    WITHOUT_NUL: "must not have a NUL character",
}
CHARACTERS = re.compile(r"Value should have (at \w+ \d+) items? .*")
DECIMAL = re.compile(r"Decimal\('([^']*)'\)")
# The longest quotation of what a client sent, in characters.
LONGEST_QUOTE = 100


def explanation(error: Mapping[str, Any]) -> str:
    if error["type"] == "string_pattern_mismatch":
        pattern = error["ctx"]["pattern"]
        return MEANING.get(pattern, f"must match {pattern}")
    if error["type"] in NOT_AN_OBJECT:
        return "must be a JSON object"
    if error["type"] == "missing" and error["loc"][0] == "query":
        # An empty parameter is an absent one.
        return "must be given, and must not be empty"
    message: str = error["msg"]
    if error["type"] in ("too_short", "too_long"):
        # pydantic describes text that was normalised first as a list.
        message = CHARACTERS.sub(r"must have \1 characters", message)
    return DECIMAL.sub(r"\1", message.removeprefix("Value error, "))


def field_error(location: Sequence[int | str], message: str) -> dict[str, str]:
    where, *path = [str(part)[:LONGEST_QUOTE] for part in location]
    return {"in": where, "field": ".".join(path), "message": message}
