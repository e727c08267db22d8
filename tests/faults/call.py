"""One call of an operation, and its outcome when the platform is healthy."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ParamSpec, Self

from tools.client.service import Answer

P = ParamSpec("P")


@dataclass(frozen=True)
class Call:
    """
    Attributes:
        usual: its outcome when the platform is healthy, if it is not the declared one.
    """

    send: Callable[[], Awaitable[Answer[Any]]]
    usual: str | None = None

    def ending(self, outcome: str) -> Self:
        return replace(self, usual=outcome)


def call(
    operation: Callable[P, Awaitable[Answer[Any]]], *args: P.args, **kwargs: P.kwargs
) -> Call:
    return Call(partial(operation, *args, **kwargs))


Calls = dict[str, Call]
"""The calls of a service, by operation, such as `GET /me`."""
