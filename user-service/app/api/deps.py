"""The dependencies of the routes."""

from contextlib import suppress
from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import Depends, Request

from app.api.login_cookie import LoginCookie
from app.models.attempt import UNKNOWN_ADDRESS
from app.repositories.known_addresses import KnownAddressRows
from app.repositories.provider_identities import ProviderIdentities
from app.repositories.sessions import Sessions
from app.repositories.users import Users
from app.resources import Resources
from app.services.deactivate_user import DeactivateUser
from app.services.end_all_sessions import EndAllSessions
from app.services.end_own_session import EndOwnSession
from app.services.end_provider_sessions import EndProviderSessions
from app.services.end_session import EndSession
from app.services.erase_user import EraseUser
from app.services.lock_account import LockAccount
from app.services.log_out import LogOut
from app.services.log_out_of_browser import LogOutOfBrowser
from app.services.update_profile import UpdateProfile
from app.services.update_user import UpdateUser
from chassis import (
    BearerToken,
    CurrentPrincipal,
    Events,
    NotAuthenticated,
    Principal,
    RoleRequired,
    SessionDep,
    client_address,
    resources_of,
    throttled_part,
)


async def _resources(request: Request) -> Resources:
    return resources_of(request.app, Resources)


ResourcesDep = Annotated[Resources, Depends(_resources)]


async def _events(session: SessionDep, resources: ResourcesDep) -> Events:
    return resources.outbox.within(session)


EventsDep = Annotated[Events, Depends(_events)]


async def _log_out(session: SessionDep, events: EventsDep) -> LogOut:
    return LogOut(Sessions(session), EndSession(events))


async def _log_out_of_browser(
    session: SessionDep, events: EventsDep, resources: ResourcesDep
) -> LogOutOfBrowser:
    return LogOutOfBrowser(
        Sessions(session),
        ProviderIdentities(session),
        EndSession(events),
        resources.provider_logins,
    )


async def _login_cookie(resources: ResourcesDep) -> LoginCookie:
    return LoginCookie(resources.is_https)


async def _end_own_session(session: SessionDep, events: EventsDep) -> EndOwnSession:
    return EndOwnSession(Sessions(session), EndSession(events))


async def _end_provider_sessions(
    session: SessionDep, events: EventsDep
) -> EndProviderSessions:
    return EndProviderSessions(
        ProviderIdentities(session), Sessions(session), EndSession(events)
    )


async def _lock_account(session: SessionDep, events: EventsDep) -> LockAccount:
    end_all_sessions = EndAllSessions(Sessions(session), EndSession(events))
    return LockAccount(Users(session), end_all_sessions)


LockAccountDep = Annotated[LockAccount, Depends(_lock_account)]


async def _update_profile(session: SessionDep, events: EventsDep) -> UpdateProfile:
    return UpdateProfile(Users(session), events)


UpdateProfileDep = Annotated[UpdateProfile, Depends(_update_profile)]


async def _update_user(
    lock_account: LockAccountDep, update_profile: UpdateProfileDep
) -> UpdateUser:
    return UpdateUser(lock_account, update_profile)


async def _deactivate_user(lock_account: LockAccountDep) -> DeactivateUser:
    return DeactivateUser(lock_account)


async def _erase_user(
    lock_account: LockAccountDep, session: SessionDep, events: EventsDep
) -> EraseUser:
    return EraseUser(
        lock_account, KnownAddressRows(session), ProviderIdentities(session), events
    )


async def _client_address(request: Request, resources: ResourcesDep) -> str:
    address = client_address(
        request.client.host if request.client else None,
        request.headers.getlist("X-Forwarded-For"),
        resources.trusted_proxies,
    )
    return UNKNOWN_ADDRESS if address is None else throttled_part(address)


class PresentedToken(NamedTuple):
    """A valid access token, even if its session has ended; a service has no session."""

    sid: UUID | None


async def _presented_token(
    request: Request, resources: ResourcesDep, token: BearerToken
) -> PresentedToken | None:
    token = token or ""
    provider_tokens = resources.provider_tokens.find(token)
    try:
        if provider_tokens is None:
            claims = resources.tokens.read(token)
            if claims.sid is not None:
                request.state.user_id = int(claims.sub)
            return PresentedToken(claims.sid)
        session = (await provider_tokens.read(token)).session
    except NotAuthenticated:
        return None
    # A session that was never seen must be opened before it can be ended.
    with suppress(NotAuthenticated):
        owner = await resources.token_validator.validate(token)
        request.state.user_id = owner.user_id
    return PresentedToken(session)


async def _admin_or_service(principal: CurrentPrincipal) -> Principal:
    if not principal.roles & {"admin", "service"}:
        raise RoleRequired("this is for administrators and services only")
    return principal


LogOutDep = Annotated[LogOut, Depends(_log_out)]
LogOutOfBrowserDep = Annotated[LogOutOfBrowser, Depends(_log_out_of_browser)]
LoginCookieDep = Annotated[LoginCookie, Depends(_login_cookie)]
EndOwnSessionDep = Annotated[EndOwnSession, Depends(_end_own_session)]
EndProviderSessionsDep = Annotated[EndProviderSessions, Depends(_end_provider_sessions)]
UpdateUserDep = Annotated[UpdateUser, Depends(_update_user)]
DeactivateUserDep = Annotated[DeactivateUser, Depends(_deactivate_user)]
EraseUserDep = Annotated[EraseUser, Depends(_erase_user)]
ClientAddress = Annotated[str, Depends(_client_address)]
PresentedTokenDep = Annotated[PresentedToken | None, Depends(_presented_token)]
FOR_ADMIN_OR_SERVICE = Depends(_admin_or_service)
