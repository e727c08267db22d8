"""Numbers of bodies, by value, and of URLs, by spelling."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from chassis import AmountText, DigitsOnly, Id, Money

TYPES: dict[str, TypeAdapter[Any]] = {
    "money": TypeAdapter(Money),
    "id": TypeAdapter(Id),
    "digits": TypeAdapter(DigitsOnly),
    "amount": TypeAdapter(AmountText),
}


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        ("money", 100, "100.00"),
        ("money", Decimal("1E+2"), "100.00"),
        ("money", Decimal("49.9000"), "49.90"),
        ("money", "49.9", "49.90"),
        ("id", 1.0, "1"),
        ("id", Decimal("1E2"), "100"),
        ("digits", "007", "7"),
        ("amount", "9.5", "9.5"),
    ],
)
def test_number_is_accepted(kind: str, given: object, value: str) -> None:
    assert str(TYPES[kind].validate_python(given)) == value


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("money", "1e2"),
        ("money", "+1"),
        ("money", "1_0"),
        ("money", "\u0661"),
        ("money", "1.000"),
        ("money", Decimal("49.900000000000000000000000000000000000001")),
        ("money", Decimal("1E+999999")),
        ("money", Decimal("1E-999999")),
        ("money", 49.9),
        ("money", float("inf")),
        ("money", float("nan")),
        ("id", 1.5),
        ("id", "1"),
        ("id", True),
        ("id", Decimal("1E+999999")),
        ("id", float("nan")),
        ("digits", "1_0"),
        ("digits", "+1"),
        ("digits", "-0"),
        ("digits", " 1"),
        ("digits", "1.0"),
        ("digits", "\u0661"),
        ("digits", "\uff11"),
        ("amount", "1e2"),
        ("amount", "1_0"),
        ("amount", "\u0661"),
        ("amount", "1."),
        ("amount", "1.000"),
        ("amount", "NaN"),
    ],
)
def test_number_is_refused(kind: str, given: object) -> None:
    with pytest.raises(ValidationError):
        TYPES[kind].validate_python(given)
