"""Reads numbers of JSON bodies exactly: money must not pass through a float."""

import json
from collections.abc import Callable, Coroutine
from decimal import Decimal
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

# As many as Python takes of an integer.
MAX_DIGITS = 4300


class _ExactRequest(Request):
    async def json(self) -> Any:
        return json.loads(await self.body(), parse_float=_exact)


def _exact(number: str) -> Decimal:
    if len(number) > MAX_DIGITS:
        raise ValueError("too many digits")
    return Decimal(number)


class ExactNumbersRoute(APIRoute):
    """Reads 49.9000000000000001 exactly, so that it is rejected instead of rounded.

    Every router with `Money` in its bodies needs this class: `Money` rejects floats.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_exactly(request: Request) -> Response:
            return await handle(_ExactRequest(request.scope, request.receive))

        return handle_exactly
