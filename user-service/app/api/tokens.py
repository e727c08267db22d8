"""Routes that issue, refresh and revoke tokens."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Form, Request
from fastapi.security import HTTPBasic, HTTPBasicCredentials

from app.api.deps import ClientAddress, LogOutDep, PresentedTokenDep, ResourcesDep
from app.api.oauth_errors import OAuthRoute
from app.errors import (
    ClientNotAuthenticated,
    InvalidClient,
    InvalidRequest,
    RefreshTokenInvalid,
    RefreshTokenSpent,
    TooManyFailures,
    UnsupportedGrantType,
    WrongCredentials,
)
from app.schemas.token import (
    LOGOUT,
    ClientGrant,
    LogoutRequest,
    PasswordGrant,
    RefreshRequest,
    ServiceToken,
    TokenPair,
)
from chassis import (
    DatabaseUnavailable,
    NotAuthenticated,
    RoleRequired,
    problems,
)

router = APIRouter(tags=["tokens"])
oauth_router = APIRouter(tags=["tokens"], route_class=OAuthRoute)

ClientCredentials = Annotated[
    HTTPBasicCredentials | None, Depends(HTTPBasic(auto_error=False))
]


@router.post(
    "/login",
    responses=problems(WrongCredentials, TooManyFailures, DatabaseUnavailable),
)
async def log_in(
    form: Annotated[PasswordGrant, Form()],
    resources: ResourcesDep,
    address: ClientAddress,
) -> TokenPair:
    """Opens a session for a user with the right password."""
    return await resources.log_in.open_session(form.username, form.password, address)


@router.post(
    "/refresh",
    responses=problems(RefreshTokenInvalid, RefreshTokenSpent, DatabaseUnavailable),
)
async def refresh(body: RefreshRequest, resources: ResourcesDep) -> TokenPair:
    """Exchanges a refresh token for a new pair of tokens.

    Each refresh token can be used once. Using it again ends its session, except for a
    few repetitions within ten seconds.
    """
    return await resources.refresh_session.refresh(body.refresh_token)


@router.post("/logout", status_code=204, responses=problems(RoleRequired))
async def log_out(
    presented: PresentedTokenDep,
    use_case: LogOutDep,
    body: Annotated[LogoutRequest | None, Body(examples=[LOGOUT])] = None,
) -> None:
    """Ends the session of an access token or refresh token, and revokes both.

    Logging out again is not an error. The access token of a service has no session: it
    is ignored if the body contains a refresh token.
    """
    session_id = presented.sid if presented else None
    refresh_token = body.refresh_token if body else None
    if session_id is None and refresh_token is None:
        if presented is not None:
            raise RoleRequired("this is for users, not for services")
        raise NotAuthenticated("send an access token, or a refresh token in the body")
    await use_case.log_out(session_id, refresh_token)


@oauth_router.post(
    "/oauth/token",
    responses=problems(
        InvalidRequest, UnsupportedGrantType, InvalidClient, ClientNotAuthenticated
    ),
)
async def grant_service_token(
    request: Request,
    form: Annotated[ClientGrant, Form()],
    basic: ClientCredentials,
    resources: ResourcesDep,
) -> ServiceToken:
    """Issues a short-lived token to a service."""
    sent = await request.form()
    if any(len(sent.getlist(name)) > 1 for name in sent):
        raise InvalidRequest("each parameter must be sent once")
    if basic is None:
        client_id = resources.clients.authenticate(form.client_id, form.client_secret)
    elif form.client_secret is None:
        client_id = resources.clients.authenticate_basic(basic.username, basic.password)
        if form.client_id not in (None, client_id):
            raise InvalidRequest(
                "the client id of the form differs from that of the header"
            )
    else:
        raise InvalidRequest(
            "send the client's secret in the header or in the form, not in both"
        )
    return resources.grant_service_token.grant(form.grant_type, client_id)
