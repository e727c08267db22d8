"""The shapes and scalar types that request and response bodies are made of."""

from decimal import Decimal
from typing import Annotated, Any

from fastapi import Path
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

MAX_ID = 2**63 - 1
MAX_MONEY = Decimal("99999999.99")


class RequestBody(BaseModel):
    """A body as clients send it: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class ResponseBody(BaseModel):
    """A body as clients get it, filled from the attributes of a model."""

    model_config = ConfigDict(from_attributes=True)


def _not_a_flag(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("must be a number, not a boolean")
    return value


Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]
"""Text that PostgreSQL can store; any pattern makes pydantic refuse surrogates too."""

NonBlank = Annotated[str, Field(pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]
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
    BeforeValidator(_not_a_flag),
    Field(ge=Decimal("0.01"), le=MAX_MONEY, max_digits=10, decimal_places=2),
]
"""Money as it is accepted: 0.01 to 99,999,999.99, never rounded."""


def example(value: Any) -> ConfigDict:
    """A model configuration that shows `value` as the example in OpenAPI."""
    return ConfigDict(json_schema_extra={"examples": [value]})
