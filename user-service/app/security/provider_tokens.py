"""Reads the tokens that OpenID Connect providers have issued."""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.config.providers import OpenIdProvider
from app.errors import ProviderUnavailable
from app.models.user import Role
from app.security.provider_ids import (
    identity_id,
    session_id,
    session_of_token_id,
    sessions_without_sid_id,
)
from app.security.provider_keys import CLOCK_SKEW, ProviderKey, ProviderKeys
from chassis import AuthenticationUnavailable, NotAuthenticated
from chassis.jwts import (
    TokenUnreadable,
    decode,
    is_too_long,
    read_header,
    read_issue_time,
    read_issuer,
)

REQUIRED_CLAIMS = ("iss", "aud", "sub", "iat", "exp")
# Access tokens have none of these; ID tokens and logout tokens do.
CLAIMS_OF_OTHER_TOKENS = frozenset({"nonce", "at_hash", "c_hash", "events"})
# Some providers also name the kind of a token in its claims.
KINDS_OF_ACCESS_TOKENS = (None, "Bearer")
MAX_VERIFIED_TOKENS = 4_096
# In seconds, as long as revocations are kept at least.
MAX_AGE = 30 * 24 * 3600

NumericDate = Annotated[float, Field(ge=0, lt=253_402_300_800, allow_inf_nan=False)]
Identifier = Annotated[str, Field(min_length=1, max_length=255)]


class UserClaims(BaseModel):
    """The claims that every access token and every ID token of a provider has."""

    model_config = ConfigDict(frozen=True, strict=True, extra="allow")

    sub: Identifier
    iat: NumericDate
    exp: NumericDate
    sid: Identifier | None = None

    def find(self, path: str) -> Any:
        """Returns a claim by its name, or by its path: `realm_access.roles`."""
        claims = self.model_dump()
        if path in claims:
            return claims[path]
        found: Any = claims
        for name in path.split("."):
            found = found.get(name) if isinstance(found, dict) else None
        return found


@dataclass(frozen=True)
class ProviderToken:
    """The content of a valid token of a provider, whose session may have ended.

    Attributes:
        role: what the user may do; the provider decides.
        identity: names the user of the provider, by issuer and subject.
        provider_session: names the session at the provider, by issuer and `sid`;
            without a `sid`, all such sessions of the user are one.
        session: names the session here, which this token belongs to. It includes the
            subject, so that a `sid` cannot be shared by two users.
    """

    provider: OpenIdProvider
    claims: UserClaims
    role: Role
    identity: UUID
    provider_session: UUID
    session: UUID


class ProviderTokens:
    """Reads the access tokens of one provider."""

    def __init__(
        self,
        provider: OpenIdProvider,
        keys: ProviderKeys,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.provider = provider
        self.keys = keys
        self._clock = clock
        self._verified = lru_cache(MAX_VERIFIED_TOKENS)(self._verify)

    async def read(self, token: str) -> ProviderToken:
        """Verifies a token; does not check whether its session has ended.

        Raises:
            NotAuthenticated: the token is not a valid access token.
            AuthenticationUnavailable: it may be one, but the provider is silent.
        """
        try:
            key = await self.find_key(token, self.provider.token_type)
            found = self._verified(token, key)
        except (TokenUnreadable, ValidationError) as error:
            raise NotAuthenticated("the access token is not valid") from error
        except ProviderUnavailable as error:
            raise AuthenticationUnavailable(error.detail) from error
        claims = found.claims
        if not is_current(claims.iat, claims.exp, self._clock(), MAX_AGE):
            raise NotAuthenticated("the access token is not valid")
        return found

    async def find_key(self, token: str, *token_types: str) -> ProviderKey:
        """Returns the key that the header of the token names.

        Raises:
            TokenUnreadable: the type is another one (RFC 7515, 4.1.9; a token without
                a type has the empty one), or the key is unknown.
            ProviderUnavailable: it is not known whether the provider has this key.
        """
        header = read_header(token)
        given = str(header.get("typ", "")).lower().removeprefix("application/")
        if given not in map(str.lower, token_types):
            raise TokenUnreadable("the token is of another type")
        kid = header.get("kid")
        if not isinstance(kid, str):
            raise TokenUnreadable("the token names no key")
        key = await self.keys.find(kid, read_issue_time(token))
        if key is None:
            raise TokenUnreadable("the token is signed with an unknown key")
        return key

    async def claims_for_client(
        self, token: str, *token_types: str, required: Sequence[str]
    ) -> Mapping[str, Any]:
        """Returns the claims of a token that the provider has issued for our client.

        Raises:
            TokenUnreadable: the token is not of these types, not for our client, or
                lacks a required claim.
            ProviderUnavailable: see `find_key`.
        """
        key = await self.find_key(token, *token_types)
        return decode(
            token,
            key.public,
            self.provider.algorithm,
            issuer=self.provider.issuer,
            audience=self.provider.client_id,
            required=required,
        )

    def _verify(self, token: str, key: ProviderKey) -> ProviderToken:
        provider = self.provider
        decoded = decode(
            token,
            key.public,
            provider.algorithm,
            issuer=provider.issuer,
            audience=provider.audience,
            required=REQUIRED_CLAIMS,
        )
        if (
            decoded.keys() & CLAIMS_OF_OTHER_TOKENS
            or decoded.get("typ") not in KINDS_OF_ACCESS_TOKENS
        ):
            raise TokenUnreadable("the token is not an access token")
        return describe_token(provider, UserClaims.model_validate(decoded), token)


class AllProviderTokens:
    """Finds the provider that has issued a token."""

    def __init__(self, providers: Sequence[ProviderTokens]) -> None:
        self._by_issuer = {each.provider.issuer: each for each in providers}
        self._issuer_of = lru_cache(MAX_VERIFIED_TOKENS)(read_issuer)

    def find(self, token: str) -> ProviderTokens | None:
        """Returns the provider whose issuer the token names, without verification."""
        if not self._by_issuer or is_too_long(token):
            return None
        return self._by_issuer.get(self._issuer_of(token) or "")


def is_current(issued: float, expires: float, now: float, max_age: float) -> bool:
    """Returns whether a token is valid now, and not older than `max_age` seconds."""
    return now < expires and now - max_age < issued <= now + CLOCK_SKEW


def describe_token(
    provider: OpenIdProvider, claims: UserClaims, token: str
) -> ProviderToken:
    """Returns what a verified token says; raises if it names no role here."""
    # The hash of the signed part: some signatures can be written in several ways.
    signed = token.rpartition(".")[0]
    session = claims.sid or hashlib.sha256(signed.encode()).hexdigest()
    return ProviderToken(
        provider=provider,
        claims=claims,
        role=_role(provider, claims),
        identity=identity_id(provider, claims.sub),
        provider_session=(
            session_id(provider, claims.sid)
            if claims.sid
            else sessions_without_sid_id(provider, claims.sub)
        ),
        session=session_of_token_id(provider, claims.sub, session),
    )


def _role(provider: OpenIdProvider, claims: UserClaims) -> Role:
    given = claims.find(provider.roles_claim) if provider.roles_claim else []
    values = given if isinstance(given, list) else [given]
    if any(value in provider.admin_values for value in values):
        return Role.ADMIN
    wanted = provider.customer_values
    if wanted is None or any(value in wanted for value in values):
        return Role.CUSTOMER
    raise TokenUnreadable("the token names no role here")
