"""Leads browsers back to the storefront if their log-in at a provider fails."""

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.proxy.routes import VERSIONS
from app.sessions.login_failure import after_failure
from app.sessions.user_service import Answer
from app.storefront.negotiation import prefers_html

log = structlog.get_logger(__name__)

PATHS = frozenset(
    f"{version}/auth/oidc/{path}".encode()
    for version in VERSIONS
    for path in ("login", "callback")
)
KEPT = ("set-cookie", "ratelimit", "ratelimit-policy")


class LoginErrorMiddleware:
    """Replaces a problem document, which a person cannot use, by a redirect.

    Programs, which do not prefer HTML, get the document.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _is_of_browser(scope):
            await self._app(scope, receive, send)
            return
        failed: Answer | None = None

        async def send_unless_failed(message: Message) -> None:
            nonlocal failed
            if message["type"] == "http.response.start" and message["status"] >= 400:
                failed = Answer()
            await (send if failed is None else failed.receive)(message)

        # The address for `HEAD` is in the document, which only `GET` gets.
        get = {**scope, "method": "GET"}
        await self._app(get, receive, send_unless_failed)
        # Metrics and the name of the span need the route.
        scope.update({key: value for key, value in get.items() if key != "method"})
        if failed is not None:
            await _redirect(failed, Request(scope))(scope, receive, send)


def _is_of_browser(scope: Scope) -> bool:
    return (
        scope["type"] == "http"
        and scope["method"] in ("GET", "HEAD")
        and scope["raw_path"] in PATHS
        and prefers_html(scope)
    )


def _redirect(failed: Answer, request: Request) -> Response:
    problem = failed.find_problem()
    # The line of the request has the status that the browser gets, which is 303.
    log.info(
        "provider_login_redirected",
        status=failed.status,
        reason=(problem or {}).get("code"),
    )
    url = after_failure(problem, request.query_params.get("return_to"))
    kept = {name: failed.headers[name] for name in KEPT if name in failed.headers}
    return RedirectResponse(url, 303, kept)
