"""The time limit of Redis in tests."""

import pytest

from chassis.redis_client import link

PRODUCTION_SECONDS = link.RESPONSE_SECONDS


@pytest.fixture(autouse=True)
def patience_with_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test machine that stalls is no hung Redis."""
    monkeypatch.setattr(link, "RESPONSE_SECONDS", 5.0)


@pytest.fixture
def redis_may_hang(patience_with_redis: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that let Redis hang: it has the time limit of production."""
    monkeypatch.setattr(link, "RESPONSE_SECONDS", PRODUCTION_SECONDS)
