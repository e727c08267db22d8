"""Identifies the caller of a request, and checks the caller's role."""

import asyncio
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer

from chassis._deadline import Deadline
from chassis._errors import Forbidden, Unauthenticated, Unavailable
from chassis._principal import Principal, TokenValidator, User
from chassis._resources import Resources, resources_of


class NotAuthenticated(Unauthenticated):
    """There is no valid access token with the request."""


class RoleRequired(Forbidden):
    """The operation requires a role that the caller does not have."""


class AuthenticationUnavailable(Unavailable):
    """The access token cannot be checked at the moment."""


# The OpenAPI document names the real address: user-service's, as a browser sees it.
_bearer = OAuth2PasswordBearer(tokenUrl="login", auto_error=False)
BearerToken = Annotated[str | None, Depends(_bearer)]


async def _current_principal(request: Request, token: BearerToken) -> Principal:
    if not token:
        raise NotAuthenticated("send an access token: Authorization: Bearer <token>")
    resources = resources_of(request.app, Resources)
    principal = await _validated(resources.token_validator, token, request)
    request.state.user_id = principal.user_id
    return principal


async def _validated(
    validator: TokenValidator, token: str, request: Request
) -> Principal:
    """Validates the token before the deadline of the request, which may have waited."""
    deadline: Deadline = request.state.deadline
    try:
        async with asyncio.timeout(deadline.remaining()) as limit:
            return await validator.validate(token)
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise AuthenticationUnavailable("the token was not checked in time") from error


async def authenticated_user(request: Request, token: BearerToken) -> User:
    """Returns the signed-in user, for public operations of which some calls need one.

    Raises: as `CurrentUser` does.
    """
    # Not a `CurrentPrincipal`: FastAPI would solve one dependency more for each use.
    principal = await _current_principal(request, token)
    if principal.user_id is None:
        raise RoleRequired("this is for users, not for services")
    return User(**dict(principal))


async def _current_service(principal: "CurrentPrincipal") -> Principal:
    if "service" not in principal.roles:
        raise RoleRequired("this is for services only")
    return principal


async def _current_admin(user: "CurrentUser") -> User:
    if not user.is_admin:
        raise RoleRequired("this is for administrators only")
    return user


SIGN_IN_OPTIONAL: dict[str, Any] = {"security": [{}]}
"""The `openapi_extra` of a public operation that takes a `BearerToken` as well."""


CurrentPrincipal = Annotated[Principal, Depends(_current_principal)]
CurrentUser = Annotated[User, Depends(authenticated_user)]
CurrentService = Annotated[Principal, Depends(_current_service)]
CurrentAdmin = Annotated[User, Depends(_current_admin)]
