"""Every request names one host (RFC 9112, 3.2)."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis._problems import problem


class HostMiddleware:
    """Refuses a request with two `Host` headers, or with none, unless it is HTTP/1.0.

    Two programs on the way to a service could otherwise take it for different hosts.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _names_one_host(scope):
            await self._app(scope, receive, send)
            return
        answer = problem(scope, 400, "bad_request", "send exactly one Host header")
        answer.headers["Connection"] = "close"
        await answer(scope, receive, send)


def _names_one_host(scope: Scope) -> bool:
    hosts = len(Headers(scope=scope).getlist("host"))
    return hosts == 1 or (hosts == 0 and scope.get("http_version") == "1.0")
