"""Access tokens: all that the service knows of JWTs, and of python-jose's traps.

python-jose verifies a signature and little else unless told to. It tries whichever
algorithm the caller allows, takes the key it is given whatever `kid` says, ignores
`crit`, and lets pass what lacks `exp`, `aud`, `iss` or `sub`. So here: one algorithm,
a key chosen by `kid`, no `crit`, and every claim required.
"""

import time
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jose import JWTError, jwk, jwt
from jose.backends.base import Key
from pydantic import BaseModel, ConfigDict, ValidationError

from chassis import NotAuthenticated

ALGORITHM = "RS256"
MIN_KEY_BITS = 2048
REQUIRED_CLAIMS = ("iss", "aud", "sub", "iat", "exp", "jti")


class SigningKeyMissing(Exception):
    """No key to sign with was given: the service cannot start."""


class SigningKeyUnusable(Exception):
    """A key file holds something else: the service cannot start."""


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


def load_signing_keys(folder: Path) -> dict[str, Key]:
    """The private keys in `folder`, by `kid` (the file's stem) and in its order."""
    files = sorted(folder.glob("*.pem"), key=lambda file: file.stem)
    if not files:
        raise SigningKeyMissing(
            f"SIGNING_KEYS_DIR ({folder}) has no *.pem file: put an RSA private key"
            f" of {MIN_KEY_BITS} bits or more there"
        )
    return {file.stem: _read_key(file) for file in files}


def _read_key(file: Path) -> Key:
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise SigningKeyUnusable(f"{file}: no plain PEM private key") from error
    if not isinstance(key, RSAPrivateKey) or key.key_size < MIN_KEY_BITS:
        raise SigningKeyUnusable(f"{file}: not RSA of {MIN_KEY_BITS} bits or more")
    # Built from the object: reading the text a second time takes 60 ms more.
    return jwk.construct(key, ALGORITHM)  # type: ignore[arg-type]


class Tokens:
    """Issues tokens with the last key, and reads those of every key.

    Two keys may overlap, so that one can follow the other.

    Args:
        keys: private keys by `kid`, built once: to build one costs a hundred times
            what signing costs.
    """

    def __init__(self, keys: Mapping[str, Key], issuer: str, audience: str) -> None:
        self._signing_kid, self._signing_key = list(keys.items())[-1]
        self._public_keys = {kid: key.public_key() for kid, key in keys.items()}
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
        headers = {"kid": self._signing_kid}
        return jwt.encode(claims, self._signing_key, ALGORITHM, headers)

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
        if "crit" in header:
            raise JWTError("an extension that must be understood is not")
        key = self._public_keys.get(str(header.get("kid")))
        if key is None:
            raise JWTError("signed with an unknown key")
        return key

    def public_keys(self) -> list[dict[str, Any]]:
        """The public halves of the keys, as JWKs."""
        return [
            {**key.to_dict(), "kid": kid, "use": "sig"}
            for kid, key in self._public_keys.items()
        ]
