"""user-service, as far as this service asks it."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from chassis import NotAuthenticated
from chassis.testing import FakeTokenValidator

SERVICE_TOKEN = "service:notification-service"


class FakeUserService:
    """Knows the tokens of `FakeTokenValidator`, and its own users.

    Attributes:
        emails: the users and their addresses.
        revoked: tokens that are no longer valid.
        is_down: whether it answers 503 to everything.
    """

    def __init__(self) -> None:
        self.emails: dict[int, str | None] = {}
        self.revoked: set[str] = set()
        self.is_down = False
        self.asked_for: list[int] = []
        self.app = Starlette(
            routes=[
                Route("/validate-token", self._validate, methods=["POST"]),
                Route("/oauth/token", self._grant, methods=["POST"]),
                Route("/users/{user_id:int}", self._read_user),
            ]
        )

    async def _validate(self, request: Request) -> JSONResponse:
        token = (await request.json())["token"]
        if self.is_down:
            return JSONResponse({}, 503)
        try:
            principal = await FakeTokenValidator().validate(token)
        except NotAuthenticated:
            return JSONResponse({"valid": False})
        valid = token not in self.revoked
        return JSONResponse({"valid": valid, **principal.model_dump(mode="json")})

    async def _grant(self, _: Request) -> JSONResponse:
        if self.is_down:
            return JSONResponse({}, 503)
        return JSONResponse({"access_token": SERVICE_TOKEN, "expires_in": 900})

    async def _read_user(self, request: Request) -> JSONResponse:
        user_id = request.path_params["user_id"]
        self.asked_for.append(user_id)
        if self.is_down:
            return JSONResponse({}, 503)
        if request.headers["Authorization"] != f"Bearer {SERVICE_TOKEN}":
            return JSONResponse({}, 403)
        if user_id not in self.emails:
            return JSONResponse({"code": "user_not_found"}, 404)
        return JSONResponse({"id": user_id, "email": self.emails[user_id]})
