"""Signing keys, and tokens that are right in all but what a test changes."""

import time
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from jose import jwk, jwt

ISSUER = "http://localhost:8001"


class SigningKey:
    def __init__(self, kid: str) -> None:
        self.kid = kid
        private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = private.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        ).decode()
        self.private = pem
        self.public_pem = private.public_key().public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )
        # Signing from PEM takes a hundred times as long.
        self.constructed: Any = jwk.construct(pem, "RS256")
        public = self.constructed.public_key()
        self.jwk = {**public.to_dict(), "kid": kid, "use": "sig"}

    def token(
        self,
        header: dict[str, Any] | None = None,
        algorithm: str = "RS256",
        **changes: Any,
    ) -> str:
        """Returns a token; a change to None removes the claim or header."""
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": "pannier",
            "sub": "7",
            "iat": now,
            # After the end of a slow run: some tokens are made when it begins.
            "exp": now + 86_400,
            "jti": "1",
            **changes,
        }
        given = {"kid": self.kid, "typ": "at+jwt", **(header or {})}
        encoded: str = jwt.encode(
            {name: value for name, value in claims.items() if value is not None},
            self.constructed if algorithm == "RS256" else self.private,
            algorithm,
            {name: value for name, value in given.items() if value is not None},
        )
        return encoded


KEY = SigningKey("first")
OTHER = SigningKey("other")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
