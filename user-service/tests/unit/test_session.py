"""The rules of sessions and refresh tokens."""

from datetime import timedelta

import pytest

from app.errors import RefreshTokenInvalid, RefreshTokenSpent
from tests.factories import MONTH, NOW, make_refresh_token

SECOND = timedelta(seconds=1)


def test_a_fresh_token_can_be_spent() -> None:
    token = make_refresh_token()

    token.spend(NOW)

    assert token.spent_at == NOW


def test_token_can_be_repeated_within_ten_seconds() -> None:
    token = make_refresh_token()
    token.spend(NOW)

    token.spend(NOW + 10 * SECOND)

    assert (token.spent_at, token.reuses) == (NOW, 1)
    with pytest.raises(RefreshTokenSpent):
        token.spend(NOW + 10 * SECOND + timedelta(microseconds=1))


def test_token_can_be_repeated_five_times() -> None:
    token = make_refresh_token()
    for _ in range(6):
        token.spend(NOW)

    with pytest.raises(RefreshTokenSpent):
        token.spend(NOW)


def test_token_cannot_be_repeated_after_session_has_ended() -> None:
    token = make_refresh_token()
    token.spend(NOW)
    token.session.revoke(NOW)

    with pytest.raises(RefreshTokenInvalid):
        token.spend(NOW + SECOND)


def test_a_token_is_spent_before_it_is_expired() -> None:
    """So that a stolen one still gives the thief away after its time."""
    token = make_refresh_token(spent_at=NOW)

    with pytest.raises(RefreshTokenSpent):
        token.spend(NOW + 2 * MONTH)


def test_an_expired_token_cannot_be_spent() -> None:
    with pytest.raises(RefreshTokenInvalid):
        make_refresh_token().spend(NOW + MONTH)


def test_the_token_of_a_revoked_session_cannot_be_spent() -> None:
    token = make_refresh_token()
    token.session.revoke(NOW)

    with pytest.raises(RefreshTokenInvalid):
        token.spend(NOW + SECOND)


def test_a_session_lives_as_long_as_its_newest_token() -> None:
    session = make_refresh_token().session

    session.issue_refresh_token(b"\x01" * 32, MONTH, NOW + timedelta(days=1))

    assert session.expires_at == NOW + MONTH + timedelta(days=1)


def test_revoking_again_keeps_the_time_of_the_first() -> None:
    session = make_refresh_token().session
    session.revoke(NOW)

    session.revoke(NOW + SECOND)

    assert session.revoked_at == NOW
