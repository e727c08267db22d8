"""Access tokens: all that the service knows of JWTs, and of python-jose's traps.

python-jose verifies a signature and little else unless told to. It tries whichever
algorithm the caller allows, takes the key it is given whatever `kid` says, ignores
`crit` and `b64`, and lets pass what lacks `exp`, `aud`, `iss` or `sub`. So here: one
algorithm, a key chosen by `kid`, no extension, and every claim required.
"""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID, uuid4

from jose import JWTError, jwt
from jose.backends.base import Key
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from app.services.signing_keys import ALGORITHM, SigningKeys
from chassis import NotAuthenticated

# Extensions that change what a signature or a payload means.
EXTENSIONS = frozenset({"crit", "b64"})
REQUIRED_CLAIMS = ("iss", "aud", "sub", "iat", "exp", "jti")


class Claims(BaseModel):
    """What a valid token says.

    Attributes:
        sid: the session that it belongs to; a service's own token has none.
    """

    model_config = ConfigDict(frozen=True)

    sub: str
    username: str
    roles: frozenset[str]
    exp: datetime
    sid: UUID | None = None

    @model_validator(mode="after")
    def _a_user_has_a_session(self) -> Self:
        # Without one it could never be revoked.
        if self.sid is None and self.roles != {"service"}:
            raise ValueError("names no session, and is not a service's")
        return self


class Tokens:
    """Issues tokens with the key that signs, and reads those of every key."""

    def __init__(self, keys: SigningKeys, issuer: str, audience: str) -> None:
        self._keys = keys
        self.issuer = issuer
        self._audience = audience

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
        return jwt.encode(claims, key.private, ALGORITHM, {"kid": key.kid})

    def read(self, token: str) -> Claims:
        """Checks all that a token says of itself; not whether it has been revoked."""
        try:
            claims = jwt.decode(
                token,
                self._key_of(token),
                algorithms=[ALGORITHM],
                options={f"require_{claim}": True for claim in REQUIRED_CLAIMS},
                audience=self._audience,
                issuer=self.issuer,
            )
            return Claims.model_validate(claims)
        except (JWTError, ValidationError) as error:
            raise NotAuthenticated("the access token is not valid") from error

    def _key_of(self, token: str) -> Key:
        header = jwt.get_unverified_header(token)
        if header.keys() & EXTENSIONS:
            raise JWTError("an extension that must be understood is not")
        key = self._keys.find(str(header.get("kid")))
        if key is None:
            raise JWTError("signed with an unknown key")
        return key.public

    def public_keys(self) -> list[dict[str, Any]]:
        """The public halves of the keys, as JWKs."""
        return [
            {**key.public.to_dict(), "kid": key.kid, "use": "sig"}
            for key in self._keys.all()
        ]
