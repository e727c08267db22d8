"""The time limits of stores in tests."""

import pytest

from chassis._database import ping
from chassis._http import probes
from chassis.redis_client import link

PRODUCTION_SECONDS = link.RESPONSE_SECONDS
PROBE_SECONDS = probes.PROBE_SECONDS


@pytest.fixture(autouse=True)
def patience_with_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test machine that stalls is no hung Redis."""
    monkeypatch.setattr(link, "RESPONSE_SECONDS", 5.0)


@pytest.fixture(autouse=True)
def patience_with_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test machine that stalls is no store that is down."""
    monkeypatch.setattr(probes, "PROBE_SECONDS", 5.0)
    monkeypatch.setattr(ping, "PING_SECONDS", 4.5)


@pytest.fixture
def redis_may_hang(
    patience_with_redis: None,
    patience_with_probes: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """For tests that let Redis hang: it has the time limits of production."""
    monkeypatch.setattr(link, "RESPONSE_SECONDS", PRODUCTION_SECONDS)
    monkeypatch.setattr(probes, "PROBE_SECONDS", PROBE_SECONDS)
