"""Separates the public API, which is passed on, from the gateway's own pages."""

from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.token_check import PUBLIC
from app.resources import Resources
from chassis import problem, resources_of


class Front:
    """Passes listed paths on to the services, and answers 404 for all others below
    `/api`, except the gateway's own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._own: frozenset[bytes] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PUBLIC):
            await self._app(scope, receive, send)
            return
        if scope["raw_path"] in self._own_paths(scope):
            await self._app(scope, receive, send)
            return
        destination = scope["state"]["destination"]
        if destination is None:
            answer = problem(scope, 404, "not_found", "there is nothing at this path")
            await answer(scope, receive, send)
            return
        proxy = resources_of(scope["app"], Resources).proxy
        await proxy.forward(scope, receive, send, destination)

    def _own_paths(self, scope: Scope) -> frozenset[bytes]:
        if self._own is None:
            paths = (getattr(route, "path", "") for route in scope["app"].routes)
            self._own = frozenset(p.encode() for p in paths if p.startswith(PUBLIC))
        return self._own
