"""Tokens: getting them, prolonging them, ending them, asking about them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.security import HTTPBasic, HTTPBasicCredentials

from app.api.deps import ClientAddress, CurrentSessionId, ServicesDep
from app.models.session import RefreshTokenInvalid, RefreshTokenSpent
from app.schemas.token import (
    ClientGrant,
    PasswordGrant,
    RefreshRequest,
    ServiceToken,
    TokenPair,
    TokenToValidate,
    TokenValidation,
)
from app.services.log_in import WrongCredentials
from app.services.service_clients import UnknownClient, UnsupportedGrantType
from app.services.throttle import TooManyFailures
from chassis import (
    DatabaseUnavailable,
    NotAllowed,
    NotAuthenticated,
    SessionDep,
    problems,
)

router = APIRouter(tags=["tokens"])

ClientCredentials = Annotated[
    HTTPBasicCredentials | None, Depends(HTTPBasic(auto_error=False))
]


@router.post(
    "/login",
    responses=problems(WrongCredentials, TooManyFailures, DatabaseUnavailable),
)
async def log_in(
    form: Annotated[PasswordGrant, Form()],
    services: ServicesDep,
    address: ClientAddress,
) -> TokenPair:
    """Opens a session for a user who gives the right password."""
    return await services.log_in(form.username, form.password, address)


@router.post(
    "/refresh",
    responses=problems(RefreshTokenInvalid, RefreshTokenSpent, DatabaseUnavailable),
)
async def refresh(body: RefreshRequest, services: ServicesDep) -> TokenPair:
    """Exchanges a refresh token for a new pair; a spent one ends its session."""
    return await services.refresh(body.refresh_token)


@router.post("/logout", status_code=204, responses=problems(NotAllowed))
async def log_out(
    session_id: CurrentSessionId, session: SessionDep, services: ServicesDep
) -> None:
    """Ends the session: its access and refresh tokens are revoked."""
    await services.end_sessions.one(session, session_id)


@router.post(
    "/oauth/token",
    responses=problems(UnsupportedGrantType, UnknownClient),
)
async def grant_service_token(
    form: Annotated[ClientGrant, Form()],
    basic: ClientCredentials,
    services: ServicesDep,
) -> ServiceToken:
    """Gives a service a short-lived token of its own."""
    client_id, secret = form.client_id, form.client_secret
    if basic is not None:
        client_id, secret = basic.username, basic.password
    return services.clients.grant(form.grant_type, client_id, secret)


@router.post(
    "/validate-token",
    responses=problems(DatabaseUnavailable),
)
async def validate_token(
    body: TokenToValidate, services: ServicesDep
) -> TokenValidation:
    """Says whether an access token counts at this moment, and for whom."""
    try:
        owner = await services.validator.validate(body.token)
    except NotAuthenticated as refusal:
        return TokenValidation(valid=False, message=refusal.detail)
    return TokenValidation(valid=True, **owner.model_dump())
