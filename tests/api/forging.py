"""Access tokens that somebody has tampered with, each in one way.

They are signed here without a library for tokens, which would refuse most of it; and
with the platform's own key, so that nothing else is wrong with them.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
REQUIRED = ("iss", "aud", "sub", "sid", "iat", "exp", "jti")


@dataclass(frozen=True)
class Forger:
    """Makes variations of a good token."""

    good: str
    key: rsa.RSAPrivateKey

    def signed(
        self,
        headers: Mapping[str, Any] | None = None,
        claims: Mapping[str, Any] | None = None,
        key: rsa.RSAPrivateKey | None = None,
        digest: hashes.HashAlgorithm | None = None,
    ) -> str:
        """The good token with these changes; None takes away."""
        text = self._unsigned(headers, claims)
        signer, algorithm = key or self.key, digest or hashes.SHA256()
        signature = signer.sign(text.encode(), padding.PKCS1v15(), algorithm)
        return f"{text}.{_encoded(signature)}"

    def without_signature(self, algorithm: str) -> str:
        return self._unsigned({"alg": algorithm}) + "."

    def with_public_key_as_secret(self, encoding: serialization.Encoding) -> str:
        text = self._unsigned({"alg": "HS256"})
        spki = serialization.PublicFormat.SubjectPublicKeyInfo
        secret = self.key.public_key().public_bytes(encoding, spki)
        mac = hmac.digest(secret, text.encode(), hashlib.sha256)
        return f"{text}.{_encoded(mac)}"

    def with_signature_of_the_good_one(self, claims: Mapping[str, Any]) -> str:
        return f"{self._unsigned(claims=claims)}.{self.good.rpartition('.')[2]}"

    def _unsigned(
        self,
        headers: Mapping[str, Any] | None = None,
        claims: Mapping[str, Any] | None = None,
    ) -> str:
        parts = zip(self.good.split("."), (headers or {}, claims or {}), strict=False)
        return ".".join(_changed(part, changes) for part, changes in parts)


def _changed(part: str, changes: Mapping[str, Any]) -> str:
    good = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    changed = {k: v for k, v in {**good, **changes}.items() if v is not None}
    return _encoded(json.dumps(changed).encode())


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


FORGERIES: dict[str, Callable[[Forger], str]] = {
    "expired": lambda f: f.signed(claims={"exp": int(time.time()) - 60}),
    "not valid yet": lambda f: f.signed(claims={"nbf": int(time.time()) + 3600}),
    "another's signature": lambda f: f.with_signature_of_the_good_one(
        {"roles": ["admin"]}
    ),
    "another key": lambda f: f.signed(key=STRANGER),
    "alg none": lambda f: f.without_signature("none"),
    "alg None": lambda f: f.without_signature("None"),
    "no alg": lambda f: f.without_signature(""),
    "HS256, PEM": lambda f: f.with_public_key_as_secret(serialization.Encoding.PEM),
    "HS256, DER": lambda f: f.with_public_key_as_secret(serialization.Encoding.DER),
    "RS512": lambda f: f.signed({"alg": "RS512"}, digest=hashes.SHA512()),
    "called RS512": lambda f: f.signed({"alg": "RS512"}),
    "unknown kid": lambda f: f.signed({"kid": "unknown"}),
    "kid of another kind": lambda f: f.signed({"kid": ["2026"]}),
    "kid that is a path": lambda f: f.signed({"kid": "../keys/2026"}),
    "no kid": lambda f: f.signed({"kid": None}),
    "another typ": lambda f: f.signed({"typ": "JWT"}),
    "typ of a log-out": lambda f: f.signed({"typ": "logout+jwt"}),
    "no typ": lambda f: f.signed({"typ": None}),
    "unknown crit": lambda f: f.signed({"crit": ["lamp"], "lamp": 1}),
    "empty crit": lambda f: f.signed({"crit": []}),
    "b64 false": lambda f: f.signed({"b64": False}),
    "b64 false, and crit": lambda f: f.signed({"b64": False, "crit": ["b64"]}),
    "wrong iss": lambda f: f.signed(claims={"iss": "http://elsewhere"}),
    "wrong aud": lambda f: f.signed(claims={"aud": "elsewhere"}),
    "unknown sid": lambda f: f.signed(
        claims={"sid": "8f14e45f-ceea-467f-a5d4-7f1c2a9d3b60"}
    ),
    "sid of another kind": lambda f: f.signed(claims={"sid": 7}),
    "sub of another kind": lambda f: f.signed(claims={"sub": 7}),
    "endless": lambda f: f.signed(claims={"exp": 10**400}),
    "cut": lambda f: f.good[:-10],
    "without its signature": lambda f: f.good.rpartition(".")[0],
    "two tokens": lambda f: f"{f.good}.{f.good}",
    "empty": lambda f: "",
    "dots": lambda f: "..",
    "garbage": lambda f: "garbage.gar-bage.garbage",
    "not ASCII": lambda f: "\xe9.\xe9.\xe9",
    "deep": lambda f: f"{_encoded(b'[' * 10_000)}.e30.e30",
    "60 kB": lambda f: "x" * 60_000,
    "60 kB, otherwise expired": lambda f: f.signed(
        claims={"exp": 1, "padding": "x" * 42_000}
    ),
} | {
    f"no {claim}": lambda f, claim=claim: f.signed(claims={claim: None})
    for claim in REQUIRED
}
