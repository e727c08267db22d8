"""What the routes ask for."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from app.services.log_in import LogIn
from app.services.refresh import Refresh
from app.services.register import Register
from app.services.service_clients import ServiceClients
from app.services.tokens import Tokens
from app.services.validate_token import LocalTokenValidator
from chassis import CurrentPrincipal, NotAllowed, Principal


@dataclass(frozen=True)
class Services:
    """What the composition root builds for the routes."""

    tokens: Tokens
    register: Register
    log_in: LogIn
    refresh: Refresh
    clients: ServiceClients
    validator: LocalTokenValidator


async def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


async def _current_session_id(principal: CurrentPrincipal) -> UUID:
    if principal.sid is None:
        raise NotAllowed("this is for users, not for services")
    return principal.sid


async def _admin_or_service(principal: CurrentPrincipal) -> Principal:
    if not principal.roles & {"admin", "service"}:
        raise NotAllowed("this is for administrators and services only")
    return principal


async def _not_stored(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"


ServicesDep = Annotated[Services, Depends(_services)]
CurrentSessionId = Annotated[UUID, Depends(_current_session_id)]
FOR_ADMIN_OR_SERVICE = Depends(_admin_or_service)
NOT_STORED = Depends(_not_stored)
