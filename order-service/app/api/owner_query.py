"""The query parameter `user_id` of the list of orders: an id, or `*`."""

from typing import Annotated

from fastapi import Query
from pydantic import (
    Field,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)

from chassis import MAX_ID, DigitsOnly

ALL_USERS = -1


def _parse_owner(text: object, parse_id: ValidatorFunctionWrapHandler) -> int:
    return ALL_USERS if text == "*" else int(parse_id(text))


Owner = Annotated[
    DigitsOnly,
    Field(ge=1, le=MAX_ID),
    WrapValidator(_parse_owner),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "const": "*"},
                {"type": "integer", "minimum": 1, "maximum": MAX_ID},
            ]
        }
    ),
]
OwnerQuery = Annotated[
    Owner | None,
    Query(description="the user whose orders to list, or `*` for all users"),
]
