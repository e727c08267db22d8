"""Serves the storefront beside the API."""

from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.token_check import PUBLIC
from app.resources import Resources
from app.storefront.missing_page import missing_page
from app.storefront.negotiation import prefers_html
from chassis import resources_of, varying


@dataclass(frozen=True)
class _Route:
    """The route of a response, for metrics and spans."""

    path: str


STOREFRONT = _Route("/*")


class StorefrontMiddleware:
    """Responds to `GET` and `HEAD` with a file of the storefront, or with its shell if
    the client prefers HTML. All else, and the gateway's own paths, are passed on.

    `/` is the shop for a browser, and the name and version of the gateway for others.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._own: frozenset[str] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] != "http"
            or scope["method"] not in ("GET", "HEAD")
            or _first_segment(scope["path"]) in self._own_segments(scope)
        ):
            await self._app(scope, receive, send)
            return
        storefront = resources_of(scope["app"], Resources).storefront
        path: str = scope["path"]
        if file := storefront.find(path):
            scope["route"] = STOREFRONT
            await file.send(scope, send)
        elif not prefers_html(scope):
            await self._app(scope, receive, varying(send, b"Accept"))
        elif shell := storefront.shell_for(path):
            scope["route"] = STOREFRONT
            await shell.send(scope, send)
        elif storefront.is_built:
            await self._app(scope, receive, varying(send, b"Accept"))
        else:
            scope["route"] = STOREFRONT
            await missing_page(storefront.obstacle)(scope, receive, send)

    def _own_segments(self, scope: Scope) -> frozenset[str]:
        """The first segments of all paths that are not of the storefront."""
        if self._own is None:
            routes = scope["app"].routes
            paths = [*PUBLIC, "/metrics", *(getattr(r, "path", "/") for r in routes)]
            self._own = frozenset(map(_first_segment, paths)) - {""}
        return self._own


def _first_segment(path: str) -> str:
    return path.lstrip("/").partition("/")[0]
