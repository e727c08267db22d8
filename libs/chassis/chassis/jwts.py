"""Reads JWTs; with `signing_keys`, the only module that knows python-jose.

By default python-jose verifies little more than the signature. It tries every algorithm
that the caller allows, uses the given key without comparing `kid`, ignores `crit` and
`b64`, and accepts tokens without `exp`, `aud`, `iss` or `sub`. Therefore `decode`
allows one algorithm and requires claims, and `read_header` rejects extensions and
returns the `kid` by which the caller selects the key. It also ignores characters that
are no base64url, so that one token could be written in many ways: `read_header`
accepts one of them, so that what is kept by token is kept once.
"""

import base64
from collections.abc import Collection, Mapping
from typing import Any, cast

from jose import JWTError, jwk, jwt
from jose.backends.base import Key
from jose.exceptions import JOSEError

from chassis._authentication.token_validation import MAX_TOKEN_CHARACTERS

# Header parameters that change the meaning of the signature or of the payload.
EXTENSIONS = frozenset({"crit", "b64"})
# Python-jose takes any of them that `int` takes, such as a text, or 10 ** 400.
MOMENTS = frozenset({"exp", "iat", "nbf"})
YEAR_10000 = 253_402_300_800
MIN_RSA_BITS = 2048
KEY_TYPES = {"RS": "RSA", "ES": "EC"}
CURVES = {"ES256": "P-256", "ES384": "P-384"}


class TokenUnreadable(Exception):
    """The token is malformed, forged, expired, or meant for another audience."""


def is_too_long(token: str) -> bool:
    """Returns whether the token is too long to be kept, or even to be read."""
    return len(token) > MAX_TOKEN_CHARACTERS


def read_header(token: str) -> Mapping[str, Any]:
    """Returns the header, which is not verified.

    Raises:
        TokenUnreadable: there is no header, it demands an extension, or the token is
            too long or not written in base64url.
    """
    if is_too_long(token) or not all(map(_is_base64, token.split("."))):
        raise TokenUnreadable("the token is not written in base64url")
    try:
        header: Mapping[str, Any] = jwt.get_unverified_header(token)
    except JWTError as error:
        raise TokenUnreadable("the token has no header") from error
    if header.keys() & EXTENSIONS:
        raise TokenUnreadable("the token uses an unsupported extension")
    return header


def read_issuer(token: str) -> str | None:
    """Returns the `iss` of a token, which is not verified."""
    issuer = _read_claim(token, "iss")
    return issuer if isinstance(issuer, str) else None


def read_issue_time(token: str) -> float:
    """Returns the `iat` of a token, which is not verified; 0 if it has none."""
    issued_at = _read_claim(token, "iat")
    try:
        return float(issued_at) if isinstance(issued_at, int | float) else 0.0
    except OverflowError:
        return 0.0


def _is_base64(segment: str) -> bool:
    """Returns whether the segment is the one encoding of its bytes (RFC 7515, 2)."""
    try:
        content = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    except ValueError:
        return False
    return base64.urlsafe_b64encode(content).rstrip(b"=") == segment.encode()


def _read_claim(token: str, name: str) -> Any:
    try:
        return jwt.get_unverified_claims(token).get(name)
    except (JWTError, RecursionError):
        return None


def decode(
    token: str,
    key: Key,
    algorithm: str,
    *,
    issuer: str,
    audience: str,
    required: Collection[str],
) -> dict[str, Any]:
    """Verifies the signature, the issuer, the audience and the expiry.

    Args:
        required: the claims that must be present.

    Raises:
        TokenUnreadable: one of them is wrong.
    """
    options = {f"require_{claim}": True for claim in required}
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            # `at_hash` binds an ID token to an access token that is not given here.
            options={**options, "verify_at_hash": False},
            audience=audience,
            issuer=issuer,
        )
    # python-jose lets the errors of odd claims through, such as of a list as `exp`.
    except (JWTError, RecursionError, TypeError, OverflowError) as error:
        raise TokenUnreadable("the token is not valid") from error
    if not all(_is_moment(claims[name]) for name in MOMENTS & claims.keys()):
        raise TokenUnreadable("the token has a time that no clock shows")
    return claims


def _is_moment(claim: Any) -> bool:
    """Returns whether the claim is a NumericDate (RFC 7519, 2) of a usual year."""
    return isinstance(claim, int | float) and 0 <= claim < YEAR_10000


def construct_key(parameters: Mapping[str, Any], algorithm: str) -> Key | None:
    """Returns the public key of a JWK, or None if it does not fit the algorithm."""
    if (
        parameters.get("kty") != KEY_TYPES[algorithm[:2]]
        or parameters.get("use", "sig") != "sig"
        or parameters.get("alg", algorithm) != algorithm
        or parameters.get("crv") != CURVES.get(algorithm)
    ):
        return None
    # Without private parameters, which a provider might publish by mistake.
    public = {name: parameters.get(name) for name in ("kty", "n", "e", "crv", "x", "y")}
    try:
        key: Any = jwk.construct({n: v for n, v in public.items() if v}, algorithm)
    except (JOSEError, ValueError, TypeError, KeyError):
        return None
    is_weak = algorithm not in CURVES and key.prepared_key.key_size < MIN_RSA_BITS
    return None if is_weak else cast(Key, key)
