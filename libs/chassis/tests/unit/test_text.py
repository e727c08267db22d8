"""Text that people write."""

import unicodedata

import pytest
from pydantic import TypeAdapter, ValidationError

from chassis import (
    BlankAsNone,
    MultiLineText,
    OneLineText,
    canonical_address,
    in_one_line,
    same_address,
)

ONE_LINE: TypeAdapter[str] = TypeAdapter(OneLineText)
LINES: TypeAdapter[str] = TypeAdapter(MultiLineText)
OPTIONAL: TypeAdapter[str | None] = TypeAdapter(BlankAsNone[OneLineText])
DECOMPOSED = unicodedata.normalize("NFD", "Zürich-café")


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        (DECOMPOSED, "Zürich-café"),
        ("\u3000 Lamp\u00a0\n", "Lamp"),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", None),
        ("\u0645\u062d\u0645\u062f\u200f", None),
        ("\u2764\ufe0f", None),
        ("co\u00adoperate", None),
        ("\U0001f3f4\U000e0067\U000e0062\U000e007f", None),
        ("Logo \ue000", None),
        ("!", None),
    ],
)
def test_one_line_text_is_normalised(written: str, stored: str | None) -> None:
    assert ONE_LINE.validate_python(written) == (stored or written)


@pytest.mark.parametrize(
    "written",
    [
        "Lamp\n\nYour payment failed",
        "a\tb",
        "a\u0085b",
        "a\u2028b",
        "a\u2029b",
        "a\x1b[2Jb",
        "a\u202eb",
        "a\u2066b",
        "a\x00b",
        "a\ud800b",
        "",
        " ",
        "\u200b",
        "\u3164",
        "\u115f\u1160\uffa0\u2800",
        "\u00ad\u200d\ufe0f",
        "\ue000",
        "\u0301",
        "x" + "\u0301" * 31,
    ],
)
def test_one_line_text_is_refused(written: str) -> None:
    with pytest.raises(ValidationError):
        ONE_LINE.validate_python(written)


def test_multi_line_text_keeps_tabs_and_line_breaks() -> None:
    assert LINES.validate_python(" 1 Row\r\n\tLondon\n") == "1 Row\r\n\tLondon"
    with pytest.raises(ValidationError):
        LINES.validate_python("1 Row\x1b")


def test_blank_optional_text_is_none() -> None:
    assert OPTIONAL.validate_python(" ") is None
    assert OPTIONAL.validate_python(None) is None


def test_quoted_text_is_one_line() -> None:
    assert in_one_line(" Lamp\r\n\u2028Pay\u202e at\t…") == "Lamp Pay at …"


@pytest.mark.parametrize(
    "spelling",
    [
        "jürgen@bücher.example",
        "ju\u0308rgen@bu\u0308cher.example",
        "jürgen@xn--bcher-kva.example",
        "JÜRGEN@XN--BCHER-KVA.EXAMPLE",
        "jürgen@BÜCHER\u3002example",
    ],
)
def test_spellings_of_an_address_are_the_same(spelling: str) -> None:
    assert same_address(spelling, "jürgen@bücher.example")
    assert canonical_address(spelling).endswith("@bücher.example")
