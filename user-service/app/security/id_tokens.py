"""Verifies the ID tokens of OpenID Connect providers (Core 1.0, section 3.1.3.7)."""

import hmac
import time
from collections.abc import Callable

from pydantic import ValidationError

from app.errors import ProviderLoginFailed
from app.security.provider_tokens import (
    Identifier,
    ProviderTokens,
    UserClaims,
    is_current,
)
from chassis.jwts import TokenUnreadable

# Not all providers write a type.
TYPES = ("JWT", "")
REQUIRED_CLAIMS = ("iss", "aud", "sub", "iat", "exp")
# In seconds. The provider issues the token when the code is redeemed.
MAX_AGE = 300


class IdClaims(UserClaims):
    """
    Attributes:
        azp: the client that the token is for, if `aud` names others too.
    """

    aud: str | list[str]
    nonce: Identifier
    azp: str | None = None


class IdTokens:
    """Verifies the ID tokens of one provider.

    Args:
        clock: returns seconds.
    """

    def __init__(
        self, tokens: ProviderTokens, clock: Callable[[], float] = time.time
    ) -> None:
        self._tokens = tokens
        self._clock = clock

    async def read(self, token: str, nonce: str) -> IdClaims:
        """Verifies a token, which was issued for the log-in with this nonce.

        Raises:
            ProviderLoginFailed: it is not such a token.
            ProviderUnavailable: it may be one, but the provider does not respond.
        """
        try:
            claims = await self._verify(token)
        except (TokenUnreadable, ValidationError) as error:
            raise ProviderLoginFailed("the ID token is not valid") from error
        if not hmac.compare_digest(claims.nonce.encode(), nonce.encode()):
            raise ProviderLoginFailed("the ID token is that of another log-in")
        if claims.azp != self._tokens.provider.client_id and (
            claims.azp is not None or _has_others(claims.aud)
        ):
            raise ProviderLoginFailed("the ID token is for another client")
        if not is_current(claims.iat, claims.exp, self._clock(), MAX_AGE):
            raise ProviderLoginFailed("the ID token is too old, or from the future")
        return claims

    async def _verify(self, token: str) -> IdClaims:
        claims = await self._tokens.claims_for_client(
            token, *TYPES, required=REQUIRED_CLAIMS
        )
        # A logout token has them.
        if "events" in claims:
            raise TokenUnreadable("the token is not an ID token")
        return IdClaims.model_validate(claims)


def _has_others(audience: str | list[str]) -> bool:
    return not isinstance(audience, str) and len(audience) > 1
