"""`OPTIONS *` asks about the server as a whole (RFC 9110, 9.3.7)."""

from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

TARGET = "*"
ALLOWED = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"


class ServerOptions(BaseRoute):
    path = TARGET

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        # The protocol accepts this target with this method only.
        is_asked = scope["type"] == "http" and scope["path"] == TARGET
        return (Match.FULL, {"route": self}) if is_asked else (Match.NONE, {})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await Response(status_code=204, headers={"Allow": ALLOWED})(
            scope, receive, send
        )
