"""Log-in and log-out of browsers at OpenID Connect providers, behind the gateway."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from app.api.deps import LoginCookieDep, LogOutOfBrowserDep, ResourcesDep
from app.errors import (
    CrossSiteLogin,
    LoginDenied,
    LoginStateInvalid,
    ProviderLoginFailed,
    ProviderNotFound,
    ProviderNotNamed,
    ProviderUnavailable,
)
from app.schemas.provider_login import (
    BrowserSession,
    BrowserSessionEnded,
    LocalPath,
    LoginResponse,
    ProviderRead,
)
from app.schemas.token import RefreshRequest
from chassis import DatabaseUnavailable, DomainError, Text, problems, render_problem

router = APIRouter(prefix="/auth/oidc", tags=["tokens"])


async def require_own_page(request: Request) -> None:
    """Refuses what another site makes a browser send.

    Browsers say where a request comes from, and `none` for an address that a person
    typed; other programs say nothing.
    """
    site = request.headers.get("Sec-Fetch-Site", "none")
    if site not in ("none", "same-origin"):
        raise CrossSiteLogin("only pages of this site can begin a log-in")


@router.get("/providers")
async def list_providers(resources: ResourcesDep) -> list[ProviderRead]:
    """Lists the providers at which a browser can log in."""
    return [ProviderRead.of(each) for each in resources.provider_logins.all()]


@router.get(
    "/login",
    status_code=303,
    response_class=RedirectResponse,
    dependencies=[Depends(require_own_page)],
    responses=problems(
        CrossSiteLogin, ProviderNotFound, ProviderNotNamed, ProviderUnavailable
    ),
)
async def begin_provider_login(
    resources: ResourcesDep,
    cookie: LoginCookieDep,
    provider: Annotated[
        Text | None,
        Query(max_length=30, description="its name; the only one needs none"),
    ] = None,
    return_to: Annotated[
        LocalPath, Query(description="a path of this site, for after the log-in")
    ] = "/",
) -> Response:
    """Sends the browser to a provider, with a cookie for the way back."""
    begun = await resources.begin_provider_login.begin(provider, return_to)
    response = RedirectResponse(begun.url, 303)
    cookie.set(response, begun.sealed_state)
    return response


@router.get(
    "/callback",
    response_model=BrowserSession,
    responses=problems(
        LoginStateInvalid,
        ProviderLoginFailed,
        LoginDenied,
        ProviderNotFound,
        ProviderUnavailable,
        DatabaseUnavailable,
    ),
)
async def finish_provider_login(
    request: Request,
    answer: Annotated[LoginResponse, Query()],
    resources: ResourcesDep,
    cookie: LoginCookieDep,
) -> Response:
    """Opens the session of a browser that comes back from a provider.

    The gateway calls this: it puts the refresh token into a cookie, and sends the
    browser on. If the browser has begun this log-in, an error has `return_to`, too.
    """
    state = resources.login_states.open(cookie.read(request), answer.state)
    try:
        pair = await resources.log_in_at_provider.log_in(state, answer)
    except DomainError as error:
        error.context["return_to"] = state.return_to
        response: Response = render_problem(request.scope, error)
    else:
        session = BrowserSession(
            refresh_token=pair.refresh_token, return_to=state.return_to
        )
        response = JSONResponse(session.model_dump())
    # One response was enough, whatever it was.
    cookie.clear(response)
    return response


@router.post("/logout", responses=problems(DatabaseUnavailable))
async def log_out_of_browser(
    body: RefreshRequest, use_case: LogOutOfBrowserDep
) -> BrowserSessionEnded:
    """Ends the session of a refresh token, and says where its provider ends its own.

    The gateway calls this. Logging out again is not an error.
    """
    url = await use_case.log_out(body.refresh_token)
    return BrowserSessionEnded(end_session_url=url)
