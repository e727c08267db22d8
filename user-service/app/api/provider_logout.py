"""The route with which OpenID Connect providers end sessions."""

from typing import Annotated

from fastapi import APIRouter, Form, Request

from app.api.deps import EndProviderSessionsDep, ResourcesDep
from app.api.oauth_errors import OAuthRoute
from app.errors import InvalidRequest, LogoutTokenInvalid, ProviderUnavailable
from app.schemas.token import LogoutTokenForm
from chassis import DatabaseUnavailable, problems

router = APIRouter(prefix="/auth/oidc", tags=["tokens"], route_class=OAuthRoute)


@router.post(
    "/backchannel-logout",
    status_code=204,
    responses=problems(
        InvalidRequest, LogoutTokenInvalid, ProviderUnavailable, DatabaseUnavailable
    ),
)
async def end_provider_sessions(
    request: Request,
    form: Annotated[LogoutTokenForm, Form()],
    resources: ResourcesDep,
    end_provider_sessions: EndProviderSessionsDep,
) -> None:
    """Ends the sessions that a provider has ended (OpenID Connect Back-Channel Logout).

    Called by the provider, with a logout token that it has signed.
    """
    if len((await request.form()).getlist("logout_token")) > 1:
        raise InvalidRequest("send one logout token")
    token = await resources.logout_tokens.read(form.logout_token)
    await end_provider_sessions.end(token)
