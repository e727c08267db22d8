"""Routes that repeat a response for a moment instead of making it again."""

import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send

from app.clients.copies import Copies, Copy
from app.resources import Resources
from app.schemas.etag import is_known
from chassis import header_values, resources_of

PRODUCT_PATH = re.compile(rb"/products/([1-9][0-9]*)")
NOT_MODIFIED_HEADERS = {b"etag", b"cache-control"}


class SharedResponse(Response):
    """A response that is the same for every client."""


class CopiedRoute(APIRoute):
    """Sends a copy of a `SharedResponse` if there is one.

    The copy of a page is found by the bytes of its path and query. When the copy was
    made, these bytes were parsed and validated, and Redis or the database was read.
    Equal bytes have an equal response, so that a copy needs none of this, which is most
    of the work of a request. The middleware treats both in the same way.
    """

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        copies, target = _place_of(scope)
        copy = copies.find(target) if copies else None
        if copy is None:
            await super().handle(scope, receive, send)
        else:
            await _send(copy, scope, send)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_and_copy(request: Request) -> Response:
            copies, target = _place_of(request.scope)
            ticket = copies.ticket if copies else 0
            response = await handle(request)
            if copies and isinstance(response, SharedResponse):
                etag = response.headers.get("ETag")
                copy = Copy(list(response.raw_headers), bytes(response.body), etag)
                copies.keep(target, copy, ticket)
            return response

        return handle_and_copy


def _place_of(scope: Scope) -> tuple[Copies | None, bytes]:
    """Returns where the copy of a response is, if the request may have one."""
    if scope["method"] != "GET":
        return None, b""
    path, query = scope["raw_path"], scope["query_string"]
    copies = resources_of(scope["app"], Resources).copies
    if "product_id" not in scope["path_params"]:
        return copies.pages, path + b"?" + query
    product = PRODUCT_PATH.fullmatch(path)
    if product is None or query:
        return None, b""
    return copies.products, b"product:" + product[1]


async def _send(copy: Copy, scope: Scope, send: Send) -> None:
    status, headers, body = 200, list(copy.headers), copy.body
    known = [tag.decode("latin-1") for tag in header_values(scope, b"if-none-match")]
    if copy.etag is not None and is_known(copy.etag, known):
        status, body = 304, b""
        headers = [each for each in headers if each[0] in NOT_MODIFIED_HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
