"""Refuses the requests of callers that have reached their limit."""

from starlette.types import ASGIApp, Receive, Scope, Send

from app.limits.requests import UNLIMITED
from app.resources import Resources
from chassis import resources_of


class LimitMiddleware:
    """Counts requests to the public API and to the gateway's own pages.

    Files of the storefront are sent before this, because they cost little.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in UNLIMITED:
            await self._app(scope, receive, send)
            return
        limits = resources_of(scope["app"], Resources).request_limits
        admission = await limits.admit(scope)
        send = admission.announced(send)
        if admission.is_granted:
            await self._app(scope, receive, send)
        else:
            await admission.refusal(scope)(scope, receive, send)
