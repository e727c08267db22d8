"""Drops empty parameters of a query, and rejects repeated ones."""

from collections import Counter
from urllib.parse import unquote_plus

from starlette.types import ASGIApp, Receive, Scope, Send

from chassis._http.field_errors import LONGEST_QUOTE
from chassis._http.problems import problem


class QueryMiddleware:
    """Drops empty parameters, which web forms send for blank fields.

    A repeated parameter is rejected, because one of its values would be ignored.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["query_string"]:
            await self._app(scope, receive, send)
            return
        given = [part for part in scope["query_string"].split(b"&") if _value(part)]
        names = Counter(_name(part) for part in given)
        repeated = next((name for name, count in names.items() if count > 1), None)
        if repeated is not None:
            error = {"in": "query", "field": repeated, "message": "must be given once"}
            detail = "a parameter of the query comes twice; see errors"
            answer = problem(scope, 422, "invalid_request", detail, errors=[error])
            await answer(scope, receive, send)
            return
        # Not in a copy: metrics, outside of this, read the route from the scope.
        scope["query_string"] = b"&".join(given)
        await self._app(scope, receive, send)


def _name(parameter: bytes) -> str:
    return unquote_plus(parameter.partition(b"=")[0].decode("latin-1"))[:LONGEST_QUOTE]


def _value(parameter: bytes) -> str:
    return unquote_plus(parameter.partition(b"=")[2].decode("latin-1")).strip()
