"""The rules of sessions and refresh tokens."""

from datetime import timedelta

import pytest

from app.errors import RefreshTokenInvalid, RefreshTokenSpent
from tests.factories import MONTH, NOW, make_refresh_token

SECOND = timedelta(seconds=1)


def test_fresh_token_can_be_spent() -> None:
    token = make_refresh_token()

    token.spend(NOW)

    assert token.spent_at == NOW


def test_token_can_be_reused_within_ten_seconds() -> None:
    token = make_refresh_token()
    token.spend(NOW)

    token.spend(NOW + 10 * SECOND)

    assert (token.spent_at, token.reuses) == (NOW, 1)
    with pytest.raises(RefreshTokenSpent):
        token.spend(NOW + 10 * SECOND + timedelta(microseconds=1))


def test_token_can_be_reused_five_times() -> None:
    token = make_refresh_token()
    for _ in range(6):
        token.spend(NOW)

    with pytest.raises(RefreshTokenSpent):
        token.spend(NOW)


def test_token_cannot_be_reused_after_session_end() -> None:
    token = make_refresh_token()
    token.spend(NOW)
    token.session.revoke(NOW)

    with pytest.raises(RefreshTokenInvalid):
        token.spend(NOW + SECOND)


def test_spent_token_stays_spent_after_expiry() -> None:
    """A reuse reveals theft even after the token has expired."""
    token = make_refresh_token(spent_at=NOW)

    with pytest.raises(RefreshTokenSpent):
        token.spend(NOW + 2 * MONTH)


def test_expired_token_cannot_be_spent() -> None:
    with pytest.raises(RefreshTokenInvalid):
        make_refresh_token().spend(NOW + MONTH)


def test_token_of_revoked_session_cannot_be_spent() -> None:
    token = make_refresh_token()
    token.session.revoke(NOW)

    with pytest.raises(RefreshTokenInvalid):
        token.spend(NOW + SECOND)


def test_session_expires_with_its_newest_token() -> None:
    session = make_refresh_token().session

    session.issue_refresh_token(b"\x01" * 32, MONTH, NOW + timedelta(days=1))

    assert session.expires_at == NOW + MONTH + timedelta(days=1)


def test_second_revocation_keeps_first_time() -> None:
    session = make_refresh_token().session
    session.revoke(NOW)

    session.revoke(NOW + SECOND)

    assert session.revoked_at == NOW
