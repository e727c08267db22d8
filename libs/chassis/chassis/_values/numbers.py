"""Numbers of requests: JSON's count by their value, those of URLs have one spelling."""

import re
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Path
from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

MAX_ID = 2**63 - 1
MAX_MONEY = Decimal("99999999.99")
TWO_DECIMALS = "must have two decimals at most, such as 49.90"
CENT = Decimal("0.01")

DIGITS = re.compile(r"[0-9]+")
NUMERAL = re.compile(r"[0-9]+(\.[0-9]+)?")
AMOUNT = re.compile(r"[0-9]+(\.[0-9]{1,2})?")


def _digits(value: Any) -> Any:
    if isinstance(value, str) and not DIGITS.fullmatch(value):
        raise ValueError("must be a whole number in the digits 0 to 9, without a sign")
    return value


def _amount(value: Any) -> Any:
    if isinstance(value, str) and not AMOUNT.fullmatch(value):
        raise ValueError(TWO_DECIMALS)
    return value


def _whole(value: Any) -> Any:
    """1.0 and 1e2 are whole numbers; what is too large for any field is left alone."""
    if isinstance(value, float):
        value = Decimal(value)
    if isinstance(value, Decimal) and value.is_finite() and abs(value) <= MAX_ID:
        return int(value) if value == int(value) else value
    return value


def _money(value: Any) -> Any:
    """Refuses what would have to be rounded, and a float, which may have been."""
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    is_text = isinstance(value, str) and NUMERAL.fullmatch(value)
    if not is_number and not is_text:
        raise ValueError("must be a number, or text that is one")
    amount = Decimal(str(_amount(value)))
    if not amount.is_finite():
        raise ValueError("must be a number, or text that is one")
    # One that is too large, at whatever exponent, is for the bound to refuse.
    if abs(amount) > MAX_MONEY:
        return amount
    exact = amount.quantize(CENT)
    if exact != amount:
        raise ValueError(TWO_DECIMALS)
    return exact


DigitsOnly = Annotated[int, BeforeValidator(_digits)]
"""A whole number of a path or a query: ASCII digits, without a sign."""

AmountText = Annotated[Decimal, BeforeValidator(_amount)]
"""An amount of a query: ASCII digits with two decimals at most."""

WholeNumber = Annotated[int, Field(strict=True), BeforeValidator(_whole)]
"""A whole number of a JSON body, however it is spelt; text is none."""

Id = Annotated[WholeNumber, Field(ge=1, le=MAX_ID)]
PathId = Annotated[DigitsOnly, Path(ge=1, le=MAX_ID)]

Amount = Annotated[
    Decimal,
    PlainSerializer(lambda amount: f"{amount:.2f}", when_used="json"),
    WithJsonSchema({"type": "string", "examples": ["99.99"]}, mode="serialization"),
]
"""Money as it is emitted: a string with two decimals."""

Money = Annotated[
    Amount,
    BeforeValidator(_money),
    Field(ge=CENT, le=MAX_MONEY),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0.01, "maximum": float(MAX_MONEY)},
                {"type": "string", "pattern": r"^[0-9]{1,8}(\.[0-9]{1,2})?$"},
            ]
        },
        mode="validation",
    ),
]
"""Money as it is accepted: 0.01 to 99,999,999.99, never rounded."""
