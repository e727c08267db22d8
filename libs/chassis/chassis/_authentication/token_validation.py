"""Validates tokens at user-service, and caches its responses for a moment."""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass

import httpx
from prometheus_client import Counter
from pydantic import BaseModel, StrictBool

from chassis._authentication.current_user import (
    AuthenticationUnavailable,
    NotAuthenticated,
)
from chassis._deadline import Deadline
from chassis._errors import Unavailable
from chassis._peers.errors import PeerFailed
from chassis._peers.peer import Peer
from chassis._principal import Principal
from chassis._shared_task import start_shared

# A revoked token must not be accepted 1.0 s after the revocation was answered.
CACHE_SECONDS = 0.8
VALIDATION_SECONDS = 1.0
MAX_CACHED_TOKENS = 10_000
# No token of user-service, nor of any OpenID provider, is as long.
MAX_TOKEN_CHARACTERS = 8192

TOKEN_CACHE = Counter(
    "token_cache_requests_total",
    "Access tokens looked up: a hit is remembered, for a miss user-service is asked",
    ["outcome"],
)


class _Verdict(BaseModel):
    valid: StrictBool


@dataclass(frozen=True)
class _Validation:
    sent_at: float
    response: asyncio.Task[Principal]

    def is_fresh(self) -> bool:
        return time.monotonic() - self.sent_at <= CACHE_SECONDS


class RemoteTokenValidator:
    """Asks user-service, once for all concurrent requests with the same token.

    A cached response is as old as its request, however long user-service took.
    """

    def __init__(self, users: Peer) -> None:
        self._users = users
        self._validations: OrderedDict[str, _Validation] = OrderedDict()

    async def validate(self, token: str) -> Principal:
        if len(token) > MAX_TOKEN_CHARACTERS:
            raise NotAuthenticated("the access token is too long to be one")
        validation = self._validations.get(token)
        if validation is not None and validation.is_fresh():
            TOKEN_CACHE.labels("hit").inc()
        else:
            TOKEN_CACHE.labels("miss").inc()
            validation = self._start_validation(token)
        try:
            return await asyncio.shield(validation.response)
        except Unavailable:
            self._forget(token, validation)
            raise

    def _start_validation(self, token: str) -> _Validation:
        validation = _Validation(
            time.monotonic(), start_shared(self._ask_user_service(token))
        )
        self._validations[token] = validation
        self._validations.move_to_end(token)
        while len(self._validations) > MAX_CACHED_TOKENS:
            self._validations.popitem(last=False)
        return validation

    def _forget(self, token: str, validation: _Validation) -> None:
        if self._validations.get(token) is validation:
            del self._validations[token]

    async def _ask_user_service(self, token: str) -> Principal:
        try:
            async with asyncio.timeout(VALIDATION_SECONDS):
                response = await self._users.call(
                    "POST",
                    "/validate-token",
                    Deadline.after(VALIDATION_SECONDS),
                    repeatable=True,
                    json={"token": token},
                )
            return self._read(response)
        except (Unavailable, TimeoutError) as error:
            raise AuthenticationUnavailable(
                "the token cannot be checked at the moment"
            ) from error

    def _read(self, response: httpx.Response) -> Principal:
        if response.status_code == httpx.codes.UNPROCESSABLE_ENTITY:
            raise NotAuthenticated("the access token has not the form of one")
        if response.status_code != httpx.codes.OK:
            raise PeerFailed(f"user-service answered {response.status_code}")
        if not self._users.read(response, _Verdict).valid:
            raise NotAuthenticated("the access token is not valid, or no longer valid")
        return self._users.read(response, Principal)
