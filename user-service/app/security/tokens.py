"""Issues access tokens, and reads those that this service has issued."""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Self
from uuid import UUID, uuid4

from jose import jwt
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from app.security.signing_keys import ALGORITHM, SigningKey, SigningKeys
from chassis import NotAuthenticated
from chassis.jwts import TokenUnreadable, decode, read_header

TYPE = "at+jwt"  # RFC 9068
TYPES = (TYPE, f"application/{TYPE}")
MAX_VERIFIED_TOKENS = 4_096
REQUIRED_CLAIMS = ("iss", "aud", "sub", "iat", "exp", "jti")


class Claims(BaseModel):
    """The claims of a valid token.

    Attributes:
        sid: the session of a user; the token of a service has none.
    """

    model_config = ConfigDict(frozen=True)

    sub: str
    username: str
    roles: frozenset[str]
    exp: datetime
    sid: UUID | None = None

    @model_validator(mode="after")
    def _require_session_of_user(self) -> Self:
        # Without a session the token could never be revoked.
        if self.sid is None and self.roles != {"service"}:
            raise ValueError("a token without a session must be a service's")
        return self


class Tokens:
    """Signs tokens with the current key, and accepts those signed with any key.

    A signature that was valid once stays valid as long as its key is accepted, so it is
    verified once: the claims of recent tokens are kept together with their keys.
    """

    def __init__(self, keys: SigningKeys, issuer: str, audience: str) -> None:
        self._keys = keys
        self.issuer = issuer
        self._audience = audience
        self._verified = lru_cache(MAX_VERIFIED_TOKENS)(self._verify)

    def issue(
        self,
        subject: str,
        username: str,
        roles: Iterable[str],
        lifetime: timedelta,
        sid: UUID | None = None,
    ) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": self._audience,
            "sub": subject,
            "iat": now,
            "exp": now + int(lifetime.total_seconds()),
            "jti": uuid4().hex,
            "username": username,
            "roles": list(roles),
        }
        if sid is not None:
            claims["sid"] = str(sid)
        key = self._keys.signing()
        headers = {"kid": key.kid, "typ": TYPE}
        return jwt.encode(claims, key.private, ALGORITHM, headers)

    def read(self, token: str) -> Claims:
        """Verifies a token and returns its claims; does not check for revocation.

        Raises:
            NotAuthenticated: the token is not valid.
        """
        try:
            claims, key = self._verified(token)
            if self._keys.find(key.kid) is not key:
                self._verified.cache_clear()
                claims, key = self._verified(token)
        except (TokenUnreadable, ValidationError) as error:
            raise NotAuthenticated("the access token is not valid") from error
        if claims.exp.timestamp() <= time.time():
            raise NotAuthenticated("the access token is not valid")
        return claims

    def _verify(self, token: str) -> tuple[Claims, SigningKey]:
        header = read_header(token)
        if str(header.get("typ")).lower() not in TYPES:
            raise TokenUnreadable("the token is of another type")
        key = self._keys.find(str(header.get("kid")))
        if key is None:
            raise TokenUnreadable("the token is signed with an unknown key")
        claims = decode(
            token,
            key.public,
            ALGORITHM,
            issuer=self.issuer,
            audience=self._audience,
            required=REQUIRED_CLAIMS,
        )
        return Claims.model_validate(claims), key

    def public_keys(self) -> list[dict[str, Any]]:
        """Returns the public keys as JWKs."""
        return [
            {**key.public.to_dict(), "kid": key.kid, "use": "sig"}
            for key in self._keys.all()
        ]
