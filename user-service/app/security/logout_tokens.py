"""Reads the logout tokens of OpenID Connect providers (Back-Channel Logout 1.0)."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from app.errors import LogoutTokenInvalid
from app.security.provider_ids import (
    identity_id,
    logout_token_id,
    session_id,
    sessions_without_sid_id,
)
from app.security.provider_tokens import (
    AllProviderTokens,
    Identifier,
    NumericDate,
    ProviderTokens,
    is_current,
)
from chassis.jwts import TokenUnreadable

TYPE = "logout+jwt"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
REQUIRED_CLAIMS = ("iss", "aud", "iat", "exp", "jti", "events")
# In seconds; shorter than used tokens are remembered.
MAX_AGE = 300


class LogoutClaims(BaseModel):
    """The claims of a logout token (section 2.4)."""

    model_config = ConfigDict(frozen=True, strict=True)

    jti: Identifier
    iat: NumericDate
    exp: NumericDate
    sub: Identifier | None = None
    sid: Identifier | None = None
    events: Annotated[dict[str, Any], Field(min_length=1)]

    @model_validator(mode="after")
    def _require_what_ends(self) -> Self:
        if self.sub is None and self.sid is None:
            raise ValueError("a logout token must have a subject or a session")
        if not isinstance(self.events.get(EVENT), dict):
            raise ValueError("the event of a logout token must be a log-out")
        return self


@dataclass(frozen=True)
class LogoutToken:
    """A valid logout token.

    Attributes:
        id: names the token, by issuer and `jti`.
        issuer: the issuer of the provider.
        identity: the user, if the token names one.
        session: the session at the provider; without one, all of the user have ended.
        sessions_without_sid: names the sessions of the user's tokens without a `sid`.
    """

    id: UUID
    issuer: str
    issued_at: datetime
    identity: UUID | None
    session: UUID | None
    sessions_without_sid: UUID | None


class LogoutTokens:
    """Reads the logout tokens of all providers."""

    def __init__(
        self, providers: AllProviderTokens, clock: Callable[[], float] = time.time
    ) -> None:
        self._providers = providers
        self._clock = clock

    async def read(self, token: str) -> LogoutToken:
        """Verifies a token; does not check whether it has been used before.

        Raises:
            LogoutTokenInvalid: the token is not a valid logout token.
            ProviderUnavailable: it may be one, but the provider does not respond.
        """
        provider_tokens = self._providers.find(token)
        if provider_tokens is None:
            raise LogoutTokenInvalid("the token is not from a known provider")
        try:
            claims = await _verify(token, provider_tokens)
        except (TokenUnreadable, ValidationError) as error:
            raise LogoutTokenInvalid("the logout token is not valid") from error
        if not is_current(claims.iat, claims.exp, self._clock(), MAX_AGE):
            raise LogoutTokenInvalid("the logout token is too old, or from the future")
        return _token(provider_tokens, claims)


async def _verify(token: str, provider_tokens: ProviderTokens) -> LogoutClaims:
    claims = await provider_tokens.claims_for_client(
        token, TYPE, required=REQUIRED_CLAIMS
    )
    # An ID token may have a nonce; so it can never be used as a logout token.
    if "nonce" in claims:
        raise TokenUnreadable("a logout token must not have a nonce")
    return LogoutClaims.model_validate(claims)


def _token(provider_tokens: ProviderTokens, claims: LogoutClaims) -> LogoutToken:
    provider, sub, sid = provider_tokens.provider, claims.sub, claims.sid
    return LogoutToken(
        id=logout_token_id(provider, claims.jti),
        issuer=provider.issuer,
        issued_at=datetime.fromtimestamp(claims.iat, UTC),
        identity=identity_id(provider, sub) if sub else None,
        session=session_id(provider, sid) if sid else None,
        sessions_without_sid=sessions_without_sid_id(provider, sub) if sub else None,
    )
