"""The dependencies of the routes."""

from typing import Annotated

from fastapi import Depends, Request

from app.api.client_address import client_address
from app.repositories.known_addresses import KnownAddressRows
from app.repositories.sessions import Sessions
from app.repositories.users import Users
from app.resources import Resources
from app.services.accounts import Accounts
from app.services.end_sessions import EndSessions
from app.services.tokens import Claims
from chassis import (
    BearerToken,
    CurrentPrincipal,
    Events,
    NotAuthenticated,
    Principal,
    RoleRequired,
    SessionDep,
    resources_of,
)


async def _resources(request: Request) -> Resources:
    return resources_of(request.app, Resources)


ResourcesDep = Annotated[Resources, Depends(_resources)]


async def _events(session: SessionDep, resources: ResourcesDep) -> Events:
    return resources.outbox.within(session)


EventsDep = Annotated[Events, Depends(_events)]


async def _end_sessions(session: SessionDep, events: EventsDep) -> EndSessions:
    return EndSessions(Sessions(session), events)


EndSessionsDep = Annotated[EndSessions, Depends(_end_sessions)]


async def _accounts(
    session: SessionDep, events: EventsDep, end_sessions: EndSessionsDep
) -> Accounts:
    return Accounts(Users(session), KnownAddressRows(session), events, end_sessions)


async def _client_address(request: Request, resources: ResourcesDep) -> str:
    return client_address(
        request.client.host if request.client else None,
        request.headers.getlist("X-Forwarded-For"),
        resources.trusted_proxies,
    )


async def _presented_claims(
    request: Request, resources: ResourcesDep, token: BearerToken
) -> Claims | None:
    """Returns the claims of the access token, even if its session has ended."""
    try:
        claims = resources.tokens.read(token or "")
    except NotAuthenticated:
        return None
    if claims.sid is not None:
        request.state.user_id = int(claims.sub)
    return claims


async def _admin_or_service(principal: CurrentPrincipal) -> Principal:
    if not principal.roles & {"admin", "service"}:
        raise RoleRequired("this is for administrators and services only")
    return principal


AccountsDep = Annotated[Accounts, Depends(_accounts)]
ClientAddress = Annotated[str, Depends(_client_address)]
PresentedClaims = Annotated[Claims | None, Depends(_presented_claims)]
FOR_ADMIN_OR_SERVICE = Depends(_admin_or_service)
