"""Issuing tokens, and reading them with any of the keys."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from jose import jws, jwt

from app.security.signing_keys import ALGORITHM, SigningKeys
from app.security.tokens import REQUIRED_CLAIMS, Tokens
from tests.factories import NO_TIME, copy_signing_key

ISSUER, AUDIENCE = "http://issuer", "pannier"
KID = "2026-02"  # the last one signs
QUARTER = timedelta(minutes=15)


@pytest.fixture
def tokens(keys: SigningKeys) -> Tokens:
    return Tokens(keys, ISSUER, AUDIENCE)


def test_token_identifies_user_and_expiry(tokens: Tokens) -> None:
    sid, now = uuid4(), datetime.now(UTC)

    claims = tokens.read(tokens.issue("7", "ada", ["customer"], QUARTER, sid))

    assert (claims.sub, claims.username, claims.sid) == ("7", "ada", sid)
    assert claims.roles == {"customer"}
    assert abs(claims.exp - now - QUARTER) < timedelta(seconds=2)


def test_token_has_newest_key_and_every_claim(tokens: Tokens) -> None:
    token = tokens.issue("7", "ada", ["customer"], QUARTER)

    assert jwt.get_unverified_header(token)["kid"] == KID
    assert jwt.get_unverified_header(token)["alg"] == ALGORITHM
    assert set(REQUIRED_CLAIMS) <= set(jwt.get_unverified_claims(token))


def test_each_token_has_unique_id(tokens: Tokens) -> None:
    ids = {
        jwt.get_unverified_claims(tokens.issue("7", "ada", [], QUARTER))["jti"]
        for _ in range(2)
    }

    assert len(ids) == 2


def test_token_signed_with_older_key_is_accepted(
    tokens: Tokens, signing_keys_dir: Path, tmp_path: Path
) -> None:
    copy_signing_key(signing_keys_dir / "2026-01.pem", tmp_path / "2026-01.pem")
    older = SigningKeys(tmp_path, NO_TIME)
    issued_before = Tokens(older, ISSUER, AUDIENCE)
    token = issued_before.issue("7", "ada", ["customer"], QUARTER, uuid4())

    assert tokens.read(token).sub == "7"


def test_public_keys_have_no_private_part(tokens: Tokens) -> None:
    keys = tokens.public_keys()

    assert [key["kid"] for key in keys] == ["2026-01", "2026-02"]
    assert all(set(key) == {"kty", "use", "alg", "kid", "n", "e"} for key in keys)


def test_published_key_verifies_token(tokens: Tokens) -> None:
    token = tokens.issue("7", "ada", [], QUARTER)

    assert jws.verify(token, tokens.public_keys()[-1], [ALGORITHM])
