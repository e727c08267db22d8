"""The way back of a browser from an OpenID Connect provider."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from app.api.deps import RefreshCookieDep, UserServiceDep
from app.schemas.session import ProviderSession
from app.sessions.login_failure import after_failure
from app.sessions.user_service import Answer

CALLBACK, ALIAS = "/api/v1/auth/oidc/callback", "/api/auth/oidc/callback"
TARGET = b"/auth/oidc/callback"

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
    log-in. The page there refreshes the session, which returns an access token. After a
    failure, `login_error` in that address is the code of the problem.
    """
    answer = await users.get(request, TARGET)
    session = _session(answer)
    if session is None:
        # Without `return_to`, the browser has not begun this log-in.
        problem = answer.find_problem() or {}
        url = after_failure(problem, problem.get("return_to"))
        response = RedirectResponse(url, 303)
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
