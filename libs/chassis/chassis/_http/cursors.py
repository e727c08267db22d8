"""Cursors: where a page of a list ended, as clients get it in a `Link` header."""

import base64
import json
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from chassis._http.pagination import UnknownCursor
from chassis._values.numbers import Id

_ID: TypeAdapter[int] = TypeAdapter(Id)
_POSITION: TypeAdapter[list[Any]] = TypeAdapter(
    Annotated[list[Any], Field(min_length=1)]
)


def encode_cursor(name: str, last: Sequence[Any]) -> str:
    """Returns the cursor of the page that follows a row.

    Args:
        name: the order of the list; "" is newest first.
        last: the row's sort keys, the last of which is its id.
    """
    position = json.dumps([name, *last], default=str, ensure_ascii=False)
    return base64.urlsafe_b64encode(position.encode()).decode().rstrip("=")


def decode_cursor(
    cursor: str, name: str, kinds: Sequence[TypeAdapter[Any]] = ()
) -> tuple[Any, ...]:
    """Returns the sort keys of the row after which the page begins.

    Args:
        kinds: read the sort keys before the id.

    Raises:
        UnknownCursor: it is not a cursor of this order.
    """
    try:
        return _read(cursor, name, kinds)
    except ValueError as error:
        raise UnknownCursor(
            "take it from a Link header, and leave the order as it is", "cursor"
        ) from error


def _read(cursor: str, name: str, kinds: Sequence[TypeAdapter[Any]]) -> tuple[Any, ...]:
    padded = cursor + "=" * (-len(cursor) % 4)
    position = base64.b64decode(padded.encode(), altchars=b"-_", validate=True)
    sorted_by, *last = _POSITION.validate_json(position)
    if sorted_by != name:
        raise ValueError("the cursor of another order")
    return tuple(
        kind.validate_python(value)
        for kind, value in zip([*kinds, _ID], last, strict=True)
    )
