"""Refuses an access token that is not valid before a service is asked."""

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from app.proxy.routes import VERSIONS, WELL_KNOWN
from app.proxy.spans import name_span
from app.resources import Resources
from chassis import (
    AuthenticationUnavailable,
    NotAuthenticated,
    header_values,
    render_problem,
    resources_of,
)
from chassis.jwts import TokenUnreadable

log = structlog.get_logger(__name__)

PUBLIC = (f"{VERSIONS[-1]}/", f"{WELL_KNOWN}/")
BEARER = "bearer "


class TokenCheck:
    """Finds the destination of a request, and the subject of its token.

    Requests without a token pass as anonymous ones. So do those that log in or out,
    refresh tokens or read public keys, because their tokens may have expired.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PUBLIC):
            await self._app(scope, receive, send)
            return
        resources = resources_of(scope["app"], Resources)
        destination = resources.proxy.routes.find(scope["raw_path"])
        scope["state"]["destination"] = destination
        if destination is not None:
            # For the metrics.
            scope["route"] = destination
            name_span(scope["method"], destination)
        if destination is not None and destination.checks_tokens:
            try:
                await self._find_subject(scope, resources)
            except (NotAuthenticated, AuthenticationUnavailable) as error:
                # A flood of forged tokens counts for the address that it comes from.
                admission = await resources.request_limits.admit(scope)
                if admission.is_granted:
                    _log_rejection(error)
                answer = (
                    render_problem(scope, error)
                    if admission.is_granted
                    else admission.refusal(scope)
                )
                await answer(scope, receive, admission.announced(send))
                return
        await self._app(scope, receive, send)

    async def _find_subject(self, scope: Scope, resources: Resources) -> None:
        given = [v.decode("latin-1") for v in header_values(scope, b"authorization")]
        if len(given) > 1:
            raise NotAuthenticated("send one Authorization header")
        if not given or given[0][: len(BEARER)].lower() != BEARER:
            return
        token = given[0][len(BEARER) :].strip()
        subject = await resources.access_tokens.verify(token)
        if subject is not None:
            scope["state"]["subject"] = subject
            if subject.isdigit():
                scope["state"]["user_id"] = int(subject)


def _log_rejection(error: Exception) -> None:
    """Logs why a token is not valid; callers get one response for all reasons."""
    cause = error.__cause__
    if isinstance(cause, TokenUnreadable):
        log.info("token_rejected", reason=str(cause.__cause__ or cause))
