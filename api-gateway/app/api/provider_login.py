"""The way back of a browser from an OpenID Connect provider."""

from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from app.api.deps import RefreshCookieDep, UserServiceDep
from app.proxy.errors import ServiceFailed
from app.schemas.session import ProviderSession
from app.sessions.user_service import Answer

CALLBACK, ALIAS = "/api/v1/auth/oidc/callback", "/api/auth/oidc/callback"
TARGET = b"/auth/oidc/callback"
ERROR = "login_error"
HOME = "/"

router = APIRouter(tags=["browser sessions"])


@router.get(
    ALIAS, include_in_schema=False, status_code=303, response_class=RedirectResponse
)
@router.get(CALLBACK, status_code=303, response_class=RedirectResponse)
async def finish_provider_login(
    request: Request, users: UserServiceDep, cookie: RefreshCookieDep
) -> Response:
    """Opens the session of a browser that a provider sends back, and sends it on.

    The browser gets the refresh token as a cookie, and goes to the `return_to` of its
    log-in. The page there gets an access token from `/auth/session/refresh`. After a
    failure, `login_error` in that address is the code of the problem.
    """
    answer = await users.get(request, TARGET)
    session = _session(answer)
    if session is None:
        response = RedirectResponse(_after_failure(answer), 303)
    else:
        response = RedirectResponse(session.return_to, 303)
        cookie.set(response, session.refresh_token)
    if "set-cookie" in answer.headers:
        # Clears the state of the log-in.
        response.headers.append("set-cookie", answer.headers["set-cookie"])
    return response


def _session(answer: Answer) -> ProviderSession | None:
    if answer.status != 200:
        return None
    try:
        return ProviderSession.model_validate_json(answer.body)
    except ValidationError:
        return None


def _after_failure(answer: Answer) -> str:
    problem = answer.find_problem() or {}
    # Without it, the browser has not begun this log-in.
    parts = urlsplit(str(problem.get("return_to", HOME)))
    error = urlencode({ERROR: problem.get("code", ServiceFailed.code)})
    query = f"{parts.query}&{error}" if parts.query else error
    return parts._replace(query=query).geturl()
