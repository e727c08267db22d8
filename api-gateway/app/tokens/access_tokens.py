"""Verifies access tokens offline; the services check them again, for revocation too."""

import time
from collections import OrderedDict
from typing import Any, NamedTuple

from app.tokens.public_keys import ALGORITHM, PublicKey, PublicKeys
from chassis import AuthenticationUnavailable, NotAuthenticated
from chassis.jwts import (
    TokenUnreadable,
    decode,
    read_header,
    read_issue_time,
    read_issuer,
)

TYPES = ("at+jwt", "application/at+jwt")  # RFC 9068, 4
REQUIRED_CLAIMS = ("iss", "aud", "sub", "exp", "iat")
MAX_VERIFIED = 4_096
# An `iat` has whole seconds, and the clocks of two machines differ a little.
CLOCK_SECONDS = 2.0
INVALID = "the access token is not valid"
# As the library that verifies tokens says it.
EXPIRED = "Signature has expired."


class _Verified(NamedTuple):
    subject: str
    expires_at: float
    kid: str
    key: PublicKey


class AccessTokens:
    """Verifies the tokens of one issuer.

    A signature that was valid once stays valid as long as its key is published, so the
    recent tokens are kept together with their keys.
    """

    def __init__(self, keys: PublicKeys, issuer: str, audience: str) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._verified: OrderedDict[str, _Verified] = OrderedDict()

    async def verify(self, token: str) -> str | None:
        """Returns the subject; None if only the services can tell.

        Raises:
            NotAuthenticated: the token is not valid, because of a TokenUnreadable.
            AuthenticationUnavailable: user-service has never published its keys.
        """
        verified = self._verified.get(token)
        if verified is None or self._keys.find(verified.kid) is not verified.key:
            verified = await self._verify(token)
        if verified is None:
            return None
        if verified.expires_at <= time.time():
            raise NotAuthenticated(INVALID) from TokenUnreadable(EXPIRED)
        return verified.subject

    async def _verify(self, token: str) -> _Verified | None:
        try:
            header = read_header(token)
            issuer = read_issuer(token)
            if issuer is not None and issuer != self._issuer:
                # user-service may know it: an OpenID Connect provider.
                return None
            key = await self._key_of(header.get("kid"), header.get("typ"), token)
            if key is None:
                return None
            claims = self._decode(token, key)
        except TokenUnreadable as error:
            raise NotAuthenticated(INVALID) from error
        verified = _Verified(
            claims["sub"], float(claims["exp"]), str(header["kid"]), key
        )
        self._verified[token] = verified
        if len(self._verified) > MAX_VERIFIED:
            self._verified.popitem(last=False)
        return verified

    async def _key_of(self, kid: Any, kind: Any, token: str) -> PublicKey | None:
        if not isinstance(kid, str) or str(kind).lower() not in TYPES:
            raise TokenUnreadable("the token has no kid, or another type")
        key = await self._keys.find_or_fetch(kid)
        if key is None and not self._keys.fetched_at:
            raise AuthenticationUnavailable("user-service has not published its keys")
        if key is None and (
            read_issue_time(token) + CLOCK_SECONDS <= self._keys.fetched_at
        ):
            # Keys are published before they sign.
            raise TokenUnreadable("the token is signed with an unknown key")
        return key

    def _decode(self, token: str, key: PublicKey) -> dict[str, Any]:
        return decode(
            token,
            key.key,
            ALGORITHM,
            issuer=self._issuer,
            audience=self._audience,
            required=REQUIRED_CLAIMS,
        )
