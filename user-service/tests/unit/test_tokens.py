"""Issuing tokens, and reading them with any of the keys."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from jose import jws, jwt

from app.security import tokens as token_module
from app.security.signing_keys import ALGORITHM, RELOAD_INTERVAL, SigningKeys
from app.security.tokens import REQUIRED_CLAIMS, Tokens
from chassis import NotAuthenticated
from tests.factories import NO_TIME, copy_signing_key, write_signing_key

ISSUER, AUDIENCE = "http://issuer", "pannier"
KID = "2026-02"  # the last one signs
QUARTER = timedelta(minutes=15)


@pytest.fixture
def tokens(keys: SigningKeys) -> Tokens:
    return Tokens(keys, ISSUER, AUDIENCE)


def test_token_identifies_user_and_expiry(tokens: Tokens) -> None:
    sid, before = uuid4(), datetime.now(UTC)

    token = tokens.issue("7", "ada", ["customer"], QUARTER, sid)

    after = datetime.now(UTC)
    claims = tokens.read(token)
    assert (claims.sub, claims.username, claims.sid) == ("7", "ada", sid)
    assert claims.roles == {"customer"}
    # A token has whole seconds.
    assert before - timedelta(seconds=1) < claims.exp - QUARTER <= after


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


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def time(self) -> float:
        return time.time() + self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(token_module, "time", clock)
    return clock


@pytest.fixture
def folder(tmp_path: Path, signing_keys_dir: Path) -> Path:
    copy_signing_key(signing_keys_dir / "2026-01.pem", tmp_path / "1.pem")
    copy_signing_key(signing_keys_dir / "2026-02.pem", tmp_path / "2.pem")
    return tmp_path


@pytest.fixture
def known_token(folder: Path, clock: Clock) -> tuple[Tokens, str]:
    """A token that has been read once, and is signed with the key `2.pem`."""
    tokens = Tokens(SigningKeys(folder, NO_TIME, clock), ISSUER, AUDIENCE)
    token = tokens.issue("7", "ada", ["customer"], QUARTER, uuid4())
    assert tokens.read(token).sub == "7"
    return tokens, token


def test_signature_of_known_token_is_not_verified_again(
    known_token: tuple[Tokens, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens, token = known_token
    monkeypatch.setattr(jwt, "decode", pytest.fail)

    assert tokens.read(token).sub == "7"


def test_known_token_is_rejected_after_expiry(
    known_token: tuple[Tokens, str], clock: Clock
) -> None:
    tokens, token = known_token
    clock.seconds = QUARTER.total_seconds() + 1

    with pytest.raises(NotAuthenticated):
        tokens.read(token)


def test_known_token_is_rejected_after_removal_of_key(
    known_token: tuple[Tokens, str], folder: Path, clock: Clock
) -> None:
    tokens, token = known_token
    (folder / "2.pem").unlink()
    clock.seconds = RELOAD_INTERVAL

    with pytest.raises(NotAuthenticated):
        tokens.read(token)


def test_known_token_is_rejected_after_replacement_of_key(
    known_token: tuple[Tokens, str], folder: Path, clock: Clock
) -> None:
    tokens, token = known_token
    write_signing_key(folder / "2.pem")
    clock.seconds = RELOAD_INTERVAL

    with pytest.raises(NotAuthenticated):
        tokens.read(token)


def test_known_token_is_accepted_if_key_file_is_rewritten(
    known_token: tuple[Tokens, str], folder: Path, clock: Clock
) -> None:
    tokens, token = known_token
    copy_signing_key(folder / "2.pem", folder / "copy")
    (folder / "copy").replace(folder / "2.pem")
    clock.seconds = RELOAD_INTERVAL

    assert tokens.read(token).sub == "7"
