"""What the routes ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated

from fastapi import Depends, Request

from app.api.client_address import client_address
from app.services.accounts import Accounts
from app.services.change_password import ChangePassword
from app.services.end_sessions import EndSessions
from app.services.log_in import LogIn
from app.services.refresh import Refresh
from app.services.register import Register
from app.services.service_clients import ServiceClients
from app.services.tokens import Claims, Tokens
from app.services.validate_token import LocalTokenValidator
from chassis import (
    BearerToken,
    CurrentPrincipal,
    NotAuthenticated,
    Outbox,
    Principal,
    RoleRequired,
    SessionDep,
)


@dataclass(frozen=True)
class Services:
    """What the composition root builds for the routes."""

    tokens: Tokens
    register: Register
    log_in: LogIn
    refresh: Refresh
    end_sessions: EndSessions
    change_password: ChangePassword
    clients: ServiceClients
    validator: LocalTokenValidator
    outbox: Outbox
    trusted_proxies: Sequence[IPv4Network | IPv6Network]


async def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(_services)]


async def _accounts(session: SessionDep, services: ServicesDep) -> Accounts:
    return Accounts(session, services.outbox, services.end_sessions)


async def _client_address(request: Request, services: ServicesDep) -> str:
    return client_address(
        request.client.host if request.client else None,
        request.headers.getlist("X-Forwarded-For"),
        services.trusted_proxies,
    )


async def _presented_claims(
    request: Request, services: ServicesDep, token: BearerToken
) -> Claims | None:
    """What the access token says, whose session may have ended; None without one."""
    try:
        claims = services.tokens.read(token or "")
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
