"""Who is asking: tokens are validated by user-service, and remembered for a moment."""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Annotated, Protocol
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer
from prometheus_client import Counter
from pydantic import BaseModel, ConfigDict

from chassis._errors import Forbidden, Unauthenticated, Unavailable
from chassis._peer import Peer

# A revoked token must not be accepted 1.0 s after the revocation was answered.
REMEMBERED_SECONDS = 0.8
VALIDATION_SECONDS = 1.0
REMEMBERED_TOKENS = 10_000

TOKEN_CACHE = Counter(
    "token_cache_requests_total",
    "Access tokens looked up: a hit is remembered, for a miss user-service is asked",
    ["outcome"],
)


class NotAuthenticated(Unauthenticated):
    """There is no valid access token with the request."""


class NotAllowed(Forbidden):
    """The signed-in user has not the role that this takes."""


class AuthenticationUnavailable(Unavailable):
    """Nobody can say at the moment who is asking."""


class Principal(BaseModel):
    """Who is asking: a user, or a service (which has no `user_id`).

    Attributes:
        sid: the session that the access token belongs to.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    user_id: int | None
    username: str
    email: str | None = None
    full_name: str | None = None
    roles: frozenset[str]
    sid: UUID | None = None

    @property
    def is_admin(self) -> bool:
        return "admin" in self.roles


class User(Principal):
    """A signed-in user."""

    user_id: int


class TokenValidator(Protocol):
    async def validate(self, token: str) -> Principal:
        """Raises `NotAuthenticated`, or `Unavailable` where nobody can say."""
        ...


@dataclass(frozen=True)
class _Validation:
    sent_at: float
    answer: asyncio.Task[Principal]

    def is_fresh(self) -> bool:
        return time.monotonic() - self.sent_at <= REMEMBERED_SECONDS


class RemoteTokenValidator:
    """Asks user-service, once for all who come with the same token at the same time.

    What is remembered is the question: it is as old as the moment it was sent, however
    long its answer took.
    """

    def __init__(self, users: Peer) -> None:
        self._users = users
        self._validations: OrderedDict[str, _Validation] = OrderedDict()

    async def validate(self, token: str) -> Principal:
        validation = self._validations.get(token)
        if validation is not None and validation.is_fresh():
            TOKEN_CACHE.labels("hit").inc()
        else:
            TOKEN_CACHE.labels("miss").inc()
            validation = self._ask_about(token)
        try:
            return await asyncio.shield(validation.answer)
        except Unavailable:
            self._forget(token, validation)
            raise

    def _ask_about(self, token: str) -> _Validation:
        validation = _Validation(
            time.monotonic(), asyncio.create_task(self._ask_user_service(token))
        )
        self._validations[token] = validation
        self._validations.move_to_end(token)
        while len(self._validations) > REMEMBERED_TOKENS:
            self._validations.popitem(last=False)
        return validation

    def _forget(self, token: str, validation: _Validation) -> None:
        if self._validations.get(token) is validation:
            del self._validations[token]

    async def _ask_user_service(self, token: str) -> Principal:
        try:
            async with asyncio.timeout(VALIDATION_SECONDS):
                answer = await self._users.call(
                    "POST",
                    "/validate-token",
                    VALIDATION_SECONDS,
                    repeatable=True,
                    json={"token": token},
                )
        except (Unavailable, TimeoutError) as error:
            raise AuthenticationUnavailable(
                "the token cannot be checked at the moment"
            ) from error
        if answer.status_code not in (200, 422):
            raise AuthenticationUnavailable(
                f"user-service answers {answer.status_code}"
            )
        validation = answer.json()
        if not validation.get("valid"):
            raise NotAuthenticated("the access token is not valid, or not any more")
        return Principal.model_validate(validation)


# The OpenAPI document names the real address: user-service's, as a browser sees it.
_bearer = OAuth2PasswordBearer(tokenUrl="login", auto_error=False)


async def _current_principal(
    request: Request, token: Annotated[str | None, Depends(_bearer)]
) -> Principal:
    if not token:
        raise NotAuthenticated("send an access token: Authorization: Bearer <token>")
    validator: TokenValidator = request.app.state.token_validator
    principal = await validator.validate(token)
    request.state.user_id = principal.user_id
    return principal


async def _current_user(principal: "CurrentPrincipal") -> User:
    if principal.user_id is None:
        raise NotAllowed("this is for users, not for services")
    return User(**dict(principal))


async def _current_service(principal: "CurrentPrincipal") -> Principal:
    if "service" not in principal.roles:
        raise NotAllowed("this is for services only")
    return principal


async def _current_admin(user: "CurrentUser") -> User:
    if not user.is_admin:
        raise NotAllowed("this is for administrators only")
    return user


CurrentPrincipal = Annotated[Principal, Depends(_current_principal)]
CurrentUser = Annotated[User, Depends(_current_user)]
CurrentService = Annotated[Principal, Depends(_current_service)]
CurrentAdmin = Annotated[User, Depends(_current_admin)]
