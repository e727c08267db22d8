"""Text that people write: in Unicode NFC, trimmed, of one line or of several."""

import re
import unicodedata
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator

# Whatever is stored is shorter, even decomposed.
MAX_CHARACTERS = 20_000
# Text is "stream-safe" with 30 combining marks in a row (UAX #15, section 13). To
# normalise more costs the square of their number.
MAX_MARKS = 30

NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")
_EMBEDDINGS = "\u202a-\u202e\u2066-\u2069"
NOT_IN_ONE_LINE = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029{_EMBEDDINGS}]")
NOT_IN_LINES = re.compile(f"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f{_EMBEDDINGS}]")
# Letters and symbols that are drawn as a blank.
BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")

T = TypeVar("T")


def normalized(text: str) -> str:
    """The text in NFC, trimmed.

    Raises:
        ValueError: it cannot be stored, or is no text at all.
    """
    if NOT_STORABLE.search(text):
        raise ValueError("must not have a NUL character or a lone surrogate")
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"must have {MAX_CHARACTERS:,} characters at most")
    if b"\x01" * (MAX_MARKS + 1) in bytes(bool(unicodedata.combining(c)) for c in text):
        raise ValueError(f"must not have over {MAX_MARKS} combining marks in a row")
    return unicodedata.normalize("NFC", text).strip()


def in_one_line(text: str) -> str:
    """The text as one line, whatever it is: for text that is quoted."""
    return " ".join(NOT_IN_ONE_LINE.sub(" ", text).split())


def _one_line(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = normalized(value)
    if NOT_IN_ONE_LINE.search(text):
        raise ValueError("must be one line, without control characters")
    return _visible(text)


def _lines(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = normalized(value)
    if NOT_IN_LINES.search(text):
        raise ValueError(
            "must not have control characters other than tabs and line breaks"
        )
    return _visible(text)


def _visible(text: str) -> str:
    for character in text:
        is_drawn = unicodedata.category(character)[0] in "LNPS"
        if is_drawn and character not in BLANK_LETTERS:
            return text
    raise ValueError("must have at least one visible character")


def _normalized(value: Any) -> Any:
    return normalized(value) if isinstance(value, str) else value


def _none_if_blank(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


NormalizedText = Annotated[str, BeforeValidator(_normalized)]
"""Text to compare or to search with: in NFC, trimmed."""

OneLineText = Annotated[str, BeforeValidator(_one_line)]
"""A name, a title or a reason: one line with something to see."""

MultiLineText = Annotated[str, BeforeValidator(_lines)]
"""A text that may have tabs and line breaks, and has something to see."""

BlankAsNone = Annotated[T | None, BeforeValidator(_none_if_blank)]
"""An optional text: a blank one is none."""
