"""The time limits of stores in tests: a test machine that stalls is no hung store."""

import pytest

from chassis._database import connection, database, ping
from chassis._http import probes
from chassis.redis_client import link

DATABASE_SECONDS = database.PATIENCE
REDIS_SECONDS = link.RESPONSE_SECONDS
PROBE_SECONDS = probes.PROBE_SECONDS


@pytest.fixture(autouse=True)
def patience_with_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PATIENCE", 10.0)
    monkeypatch.setattr(connection, "CONNECT_SECONDS", 10)


@pytest.fixture(autouse=True)
def patience_with_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "RESPONSE_SECONDS", 5.0)


@pytest.fixture(autouse=True)
def patience_with_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "PROBE_SECONDS", 5.0)
    monkeypatch.setattr(ping, "PING_SECONDS", 4.5)


@pytest.fixture
def database_may_hang(
    patience_with_database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For tests that let the database hang: it has the time limit of production."""
    monkeypatch.setattr(database, "PATIENCE", DATABASE_SECONDS)


@pytest.fixture
def redis_may_hang(
    patience_with_redis: None,
    patience_with_probes: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """For tests that let Redis hang: it has the time limits of production."""
    monkeypatch.setattr(link, "RESPONSE_SECONDS", REDIS_SECONDS)
    monkeypatch.setattr(probes, "PROBE_SECONDS", PROBE_SECONDS)
