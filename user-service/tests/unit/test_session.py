"""The rules of sessions and refresh tokens."""

from datetime import timedelta
from uuid import uuid4

import pytest

from app.errors import RefreshTokenInvalid, RefreshTokenSpent
from app.models.session import LoginSession
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


def test_session_of_provider_ends_after_ten_hours() -> None:
    session = LoginSession.open(7, NOW, uuid4())
    session.issue_refresh_token(b"\x00" * 32, MONTH, NOW)

    later = NOW + timedelta(hours=9)
    token = session.issue_refresh_token(b"\x01" * 32, MONTH, later)

    assert token.expires_at == session.expires_at == NOW + timedelta(hours=10)


@pytest.mark.parametrize("is_spent", [False, True])
def test_provider_session_is_not_extended_after_ten_hours(is_spent: bool) -> None:
    session = LoginSession.open(7, NOW, uuid4())
    late = NOW + timedelta(hours=10)
    # Issued by a clock that is ahead, and perhaps spent a moment before the end.
    token = session.issue_refresh_token(b"\x00" * 32, MONTH, late + SECOND)
    if is_spent:
        token.spend(late - SECOND)

    with pytest.raises(RefreshTokenInvalid):
        token.spend(late)


def test_provider_session_ends_in_time_even_if_clocks_differ() -> None:
    session = LoginSession.open(7, NOW, uuid4())
    late = NOW + timedelta(hours=10)

    token = session.issue_refresh_token(b"\x00" * 32, MONTH, late + SECOND)

    assert session.expires_at == late
    # A constraint of the table.
    assert token.expires_at > token.created_at


def test_session_of_password_is_extended_after_ten_hours() -> None:
    token = make_refresh_token()

    token.spend(NOW + timedelta(hours=10))

    assert token.spent_at is not None
