"""The shapes of request and response bodies."""

from contextvars import ContextVar
from itertools import islice
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

MAX_ERRORS = 20

uncounted_errors: ContextVar[int] = ContextVar("uncounted_errors", default=0)
"""Errors of this request's body that its validation does not list."""

is_shortened: ContextVar[bool] = ContextVar("is_shortened", default=False)
"""Only the beginning of this request's body was read: it has too many values."""

TOO_MANY_VALUES = "a body may have 10,000 values, lists and objects at most"
SHORTENED = "shortened"


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

    @model_validator(mode="after")
    def _refuse_beginning(self) -> Self:
        if is_shortened.get():
            raise PydanticCustomError(SHORTENED, TOO_MANY_VALUES)
        return self


class ResponseBody(BaseModel):
    """A body as clients get it, filled from the attributes of a model."""

    model_config = ConfigDict(from_attributes=True)


WITHOUT_NUL = r"^[^\x00]*$"

Text = Annotated[str, Field(pattern=WITHOUT_NUL)]
"""Text that is taken as it is, such as a token. Any pattern makes pydantic refuse lone
surrogates too. For what people write there are the types of `_text`."""


def example(value: Any) -> ConfigDict:
    """A model configuration that shows `value` as the example in OpenAPI."""
    return ConfigDict(json_schema_extra={"examples": [value]})
