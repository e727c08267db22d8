"""The shapes and scalar types that request and response bodies are made of."""

import re
from contextvars import ContextVar
from decimal import Decimal
from itertools import islice
from typing import Annotated, Any

from fastapi import Path
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)

MAX_ID = 2**63 - 1
MAX_MONEY = Decimal("99999999.99")


MAX_ERRORS = 20

uncounted_errors: ContextVar[int] = ContextVar("uncounted_errors", default=0)
"""Errors of this request's body that its validation does not list."""


class RequestBody(BaseModel):
    """A body as clients send it: unknown fields are refused.

    The client does not choose how much work that is: pydantic would make an error, at
    many times the cost of a valid field, of each of 100,000 unknown ones.
    """

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _bound_unknown_fields(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        known = cls.model_fields
        surplus = len(data) - len(known) - MAX_ERRORS
        if surplus <= 0:
            return data
        unknown = [name for name in data if name not in known]
        listed = islice(unknown, MAX_ERRORS)
        unlisted = max(0, len(unknown) - MAX_ERRORS)
        uncounted_errors.set(uncounted_errors.get() + unlisted)
        return {name: data[name] for name in (*(known.keys() & data.keys()), *listed)}


class ResponseBody(BaseModel):
    """A body as clients get it, filled from the attributes of a model."""

    model_config = ConfigDict(from_attributes=True)


WITHOUT_NUL = r"^[^\x00]*$"
NOT_BLANK = r"^[^\x00]*[^\x00\s][^\x00]*$"
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")
TWO_DECIMALS = re.compile(r"-?[0-9]+(\.[0-9]{1,2})?")


def _written_exactly(value: object) -> object:
    """Refuses what would have to be rounded, or read with more fantasy than money
    deserves, such as "1_0"."""
    is_number = isinstance(value, str | int | float | Decimal)
    if not is_number or isinstance(value, bool) or not NUMBER.fullmatch(str(value)):
        raise ValueError("must be a number, or text that is one")
    if not TWO_DECIMALS.fullmatch(str(value)):
        raise ValueError("must have two decimals at most, such as 49.90")
    return value


Text = Annotated[str, Field(pattern=WITHOUT_NUL)]
"""Text that PostgreSQL can store; any pattern makes pydantic refuse surrogates too."""

NonBlank = Annotated[str, Field(pattern=NOT_BLANK)]
"""Text that is not just white space."""

Id = Annotated[int, Field(ge=1, le=MAX_ID, strict=True)]
PathId = Annotated[int, Path(ge=1, le=MAX_ID)]

Amount = Annotated[
    Decimal,
    PlainSerializer(lambda amount: f"{amount:.2f}", when_used="json"),
    WithJsonSchema({"type": "string", "examples": ["99.99"]}, mode="serialization"),
]
"""Money as it is emitted: a string with two decimals."""

Money = Annotated[
    Amount,
    BeforeValidator(_written_exactly),
    Field(ge=Decimal("0.01"), le=MAX_MONEY),
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


def example(value: Any) -> ConfigDict:
    """A model configuration that shows `value` as the example in OpenAPI."""
    return ConfigDict(json_schema_extra={"examples": [value]})
