"""Error responses of the token endpoint, in the form of RFC 6749, section 5.2."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from app.errors import ClientNotAuthenticated, InvalidRequest
from chassis import malformed_body


class OAuthRoute(APIRoute):
    """Replaces FastAPI's errors for malformed requests by OAuth errors."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_strictly(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError as error:
                malformed = malformed_body(request, error.errors())
                detail = malformed or "each parameter must be sent once, as text"
                raise InvalidRequest(detail) from None
            except HTTPException as error:
                if error.status_code == 401:
                    raise ClientNotAuthenticated(
                        "the Authorization header is not valid HTTP Basic"
                    ) from None
                raise

        return handle_strictly
