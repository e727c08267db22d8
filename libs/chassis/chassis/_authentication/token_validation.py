"""Validates tokens at user-service, and caches its responses for a moment."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Collection
from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from uuid import UUID

from prometheus_client import Counter
from pydantic import BaseModel, StrictBool

from chassis._authentication.current_user import (
    AuthenticationUnavailable,
    NotAuthenticated,
)
from chassis._authentication.token_changes import TokenChanges
from chassis._authentication.validation import Validation
from chassis._deadline import Deadline
from chassis._errors import Unavailable
from chassis._peers.errors import PeerFailed
from chassis._peers.peer import Peer
from chassis._peers.response import PeerResponse
from chassis._principal import Principal
from chassis._shared_task import start_shared

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
    expires_at: datetime | None = None


class RemoteTokenValidator:
    """Asks user-service, once for all concurrent requests with the same token.

    A cached response is as old as its request, however long user-service took. It is
    used for 0.8 s, and for longer while polls report which sessions have changed: each
    poll confirms all other sessions, as if each had been asked for when it was sent.
    """

    def __init__(self, users: Peer) -> None:
        self._users = users
        self._validations: OrderedDict[str, Validation] = OrderedDict()
        self._changes = TokenChanges(users, self._forget_sessions)

    # Created with the first token: the gateway validates none here, and counts none.
    @cached_property
    def _hits(self) -> Counter:
        return TOKEN_CACHE.labels("hit")

    @cached_property
    def _misses(self) -> Counter:
        return TOKEN_CACHE.labels("miss")

    async def validate(self, token: str) -> Principal:
        if len(token) > MAX_TOKEN_CHARACTERS:
            raise NotAuthenticated("the access token is too long to be one")
        now = time.monotonic()
        self._changes.note_use(now)
        confirmed_at = self._changes.confirmed_at
        validation = self._validations.get(token)
        if validation is not None and validation.is_usable(now, confirmed_at):
            self._hits.inc()
        else:
            self._misses.inc()
            validation = self._start_validation(token, now)
        try:
            if validation.response.done():
                return validation.response.result()
            return await asyncio.shield(validation.response)
        except Unavailable:
            self._forget(token, validation)
            raise

    def _start_validation(self, token: str, now: float) -> Validation:
        validation = Validation(now, self._changes.polls)
        validation.response = start_shared(self._ask_user_service(token, validation))
        self._validations[token] = validation
        self._validations.move_to_end(token)
        while len(self._validations) > MAX_CACHED_TOKENS:
            self._validations.popitem(last=False)
        return validation

    def _forget(self, token: str, validation: Validation) -> None:
        if self._validations.get(token) is validation:
            del self._validations[token]

    def _forget_sessions(self, session_ids: Collection[UUID] | None) -> None:
        if session_ids is None:
            for validation in self._validations.values():
                validation.expires_at = 0.0
        elif session_ids:
            for token, validation in list(self._validations.items()):
                if validation.session_id in session_ids:
                    del self._validations[token]

    async def _ask_user_service(self, token: str, validation: Validation) -> Principal:
        try:
            response = await self._users.call(
                "POST",
                "/validate-token",
                Deadline.after(VALIDATION_SECONDS),
                repeatable=True,
                # An OpenID Connect provider is silent. Anyone can name it in a token,
                # and must not open the breaker for the tokens of all others.
                undecided=AuthenticationUnavailable.code,
                json={"token": token},
            )
            return self._read(response, validation)
        except Unavailable as error:
            raise AuthenticationUnavailable(
                "the token cannot be checked at the moment"
            ) from error

    def _read(self, response: PeerResponse, validation: Validation) -> Principal:
        if response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
            raise NotAuthenticated("the access token has not the form of one")
        if response.status_code != HTTPStatus.OK:
            raise PeerFailed(f"user-service answered {response.status_code}")
        verdict = self._users.read(response, _Verdict)
        if not verdict.valid:
            raise NotAuthenticated("the access token is not valid, or no longer valid")
        principal = self._users.read(response, Principal)
        # A poll that was answered meanwhile may have reported a change that this
        # response does not contain yet, and that no later poll will report again.
        if validation.polls == self._changes.polls and verdict.expires_at is not None:
            validation.session_id = principal.sid
            validation.expires_at = verdict.expires_at.timestamp()
        return principal
