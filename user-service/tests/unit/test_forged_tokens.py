"""Forged tokens are rejected, also where python-jose alone would accept them."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jose import jwk, jwt
from jose.backends.base import Key

from app.security.signing_keys import ALGORITHM, SigningKeys
from app.security.tokens import REQUIRED_CLAIMS, TYPE, Tokens
from chassis import NotAuthenticated

ISSUER, AUDIENCE = "http://issuer", "pannier"
SID = "8f14e45f-ceea-467f-a5d4-7f1c2a9d3b60"
KID = "2026-02"  # the last one signs
HEADERS = {"kid": KID, "typ": TYPE}


@pytest.fixture
def tokens(keys: SigningKeys) -> Tokens:
    return Tokens(keys, ISSUER, AUDIENCE)


def good_claims(**changed: Any) -> dict[str, Any]:
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "7",
        "iat": now,
        "exp": now + 900,
        "jti": "1",
        "sid": SID,
        "username": "ada",
        "roles": ["customer"],
    }
    return {**claims, **changed}


def sign(
    key: Key, claims: Mapping[str, Any], headers: Mapping[str, Any] | None = None
) -> str:
    return jwt.encode(dict(claims), key, ALGORITHM, headers or HEADERS)


def encoded(part: Any) -> bytes:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")


@pytest.mark.parametrize("missing", REQUIRED_CLAIMS)
def test_token_without_required_claim_is_rejected(
    tokens: Tokens, signing_keys: dict[str, Key], missing: str
) -> None:
    claims = good_claims()
    del claims[missing]

    with pytest.raises(NotAuthenticated):
        tokens.read(sign(signing_keys[KID], claims))


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "http://elsewhere"},
        {"aud": "elsewhere"},
        {"exp": 1},
        {"nbf": 2**40},
        {"sub": 7},
        {"sid": "not a UUID"},
        {"roles": "admin"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_token_with_wrong_claim_is_rejected(
    tokens: Tokens, signing_keys: dict[str, Key], wrong: dict[str, Any]
) -> None:
    good, bad = good_claims(), good_claims(**wrong)

    assert tokens.read(sign(signing_keys[KID], good))
    with pytest.raises(NotAuthenticated):
        tokens.read(sign(signing_keys[KID], bad))


@pytest.mark.parametrize("role", ["customer", "admin"])
def test_user_token_without_session_is_rejected(
    tokens: Tokens, signing_keys: dict[str, Key], role: str
) -> None:
    claims = good_claims(roles=[role])
    del claims["sid"]

    with pytest.raises(NotAuthenticated):
        tokens.read(sign(signing_keys[KID], claims))


@pytest.mark.parametrize(
    "headers",
    [
        {"kid": "2026-01"},
        {"kid": "unknown"},
        {"kid": ["2026-02"]},
        {"kid": None},
        {"crit": ["exp"]},
        {"crit": []},
        {"b64": False},
        {"alg": "none"},
        {"alg": "HS256"},
        {"typ": "JWT"},
        {"typ": "logout+jwt"},
        {"typ": None},
    ],
    ids=str,
)
def test_token_with_wrong_header_is_rejected(
    tokens: Tokens, signing_keys: dict[str, Key], headers: dict[str, Any]
) -> None:
    token = sign(signing_keys[KID], good_claims(), {**HEADERS, **headers})

    with pytest.raises(NotAuthenticated):
        tokens.read(token)


@pytest.mark.parametrize("typ", ["AT+JWT", "application/at+jwt"])
def test_type_is_compared_as_media_type(
    tokens: Tokens, signing_keys: dict[str, Key], typ: str
) -> None:
    assert tokens.read(sign(signing_keys[KID], good_claims(), {**HEADERS, "typ": typ}))


def test_token_without_name_of_key_is_rejected(
    tokens: Tokens, signing_keys: dict[str, Key]
) -> None:
    with pytest.raises(NotAuthenticated):
        tokens.read(sign(signing_keys[KID], good_claims(), {"typ": TYPE}))


def test_token_signed_with_unknown_key_is_rejected(tokens: Tokens) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )

    with pytest.raises(NotAuthenticated):
        tokens.read(sign(jwk.construct(pem, ALGORITHM), good_claims()))


def test_altered_token_is_rejected(
    tokens: Tokens, signing_keys: dict[str, Key]
) -> None:
    header, _, signature = sign(signing_keys[KID], good_claims()).split(".")
    claims = encoded(good_claims(roles=["admin"])).decode()

    with pytest.raises(NotAuthenticated):
        tokens.read(f"{header}.{claims}.{signature}")


@pytest.mark.parametrize("algorithm", ["none", "None", ""])
def test_unsigned_token_is_rejected(tokens: Tokens, algorithm: str) -> None:
    header = encoded({**HEADERS, "alg": algorithm})

    with pytest.raises(NotAuthenticated):
        tokens.read((header + b"." + encoded(good_claims()) + b".").decode())


@pytest.mark.parametrize(
    "encoding", [serialization.Encoding.PEM, serialization.Encoding.DER]
)
def test_public_key_is_rejected_as_hmac_secret(
    tokens: Tokens, signing_keys: dict[str, Key], encoding: serialization.Encoding
) -> None:
    public = serialization.load_pem_public_key(
        signing_keys[KID].public_key().to_pem()
    ).public_bytes(
        encoding,
        serialization.PublicFormat.SubjectPublicKeyInfo,
    )
    header = encoded({**HEADERS, "alg": "HS256"})
    signed = header + b"." + encoded(good_claims())
    mac = hmac.new(public, signed, hashlib.sha256).digest()
    signature = base64.urlsafe_b64encode(mac).rstrip(b"=")

    with pytest.raises(NotAuthenticated):
        tokens.read((signed + b"." + signature).decode())


@pytest.mark.parametrize("algorithm", ["RS384", "RS512"])
def test_token_with_another_algorithm_is_rejected(
    tokens: Tokens, signing_keys: dict[str, Key], algorithm: str
) -> None:
    key = jwk.construct(signing_keys[KID].to_pem(), algorithm)

    with pytest.raises(NotAuthenticated):
        tokens.read(jwt.encode(good_claims(), key, algorithm, HEADERS))


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        ".",
        "..",
        "not a token",
        "é.é.é",
        "\ud800",
        f"{encoded([]).decode()}.e30.e30",
        base64.b64encode(b"[" * 100_000).decode() + ".e30.e30",
    ],
    ids=["empty", "dot", "dots", "words", "accents", "surrogate", "list", "deep"],
)
def test_malformed_token_is_rejected(tokens: Tokens, garbage: str) -> None:
    with pytest.raises(NotAuthenticated):
        tokens.read(garbage)
