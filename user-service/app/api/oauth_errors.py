"""Failures of the token endpoint, as RFC 6749, 5.2 has them."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from app.errors import ClientNotAuthenticated, InvalidRequest
from chassis import malformed_body


class OAuthRoute(APIRoute):
    """Turns what FastAPI says of a malformed request into an error of OAuth."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_strictly(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError as error:
                malformed = malformed_body(request, error.errors())
                detail = malformed or "send each parameter once, as text"
                raise InvalidRequest(detail) from None
            except HTTPException as error:
                # The header is not base64 of a name and a password.
                if error.status_code == 401:
                    raise ClientNotAuthenticated("not a header of HTTP Basic") from None
                raise

        return handle_strictly
