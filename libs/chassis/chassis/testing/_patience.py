"""The time limits of tests: a test machine that stalls is neither a hung store or peer
nor a request that waits for too long."""

import pytest

from chassis._database import connection, database, ping
from chassis._http import admission, probes
from chassis._messaging import (
    broker_probe,
    consumer,
    dead_letter_queue,
    publisher,
    queue,
    queue_metrics,
)
from chassis._peers import network
from chassis.redis_client import link

DATABASE_SECONDS = database.PATIENCE
REDIS_SECONDS = link.RESPONSE_SECONDS
PROBE_SECONDS = probes.PROBE_SECONDS

BROKER_LIMITS = (
    "CONNECT_SECONDS",
    "OPEN_SECONDS",
    "CONFIRM_SECONDS",
    "ANSWER_SECONDS",
    "LOCK_SECONDS",
    "RETURN_SECONDS",
)
USERS_OF_BROKER = (
    broker_probe,
    consumer,
    dead_letter_queue,
    publisher,
    queue,
    queue_metrics,
)


@pytest.fixture(autouse=True)
def patience_with_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PATIENCE", 10.0)
    monkeypatch.setattr(connection, "CONNECT_SECONDS", 10)


@pytest.fixture(autouse=True)
def patience_with_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "RESPONSE_SECONDS", 5.0)


@pytest.fixture(autouse=True)
def patience_with_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in USERS_OF_BROKER:
        for name in BROKER_LIMITS:
            if hasattr(module, name):
                monkeypatch.setattr(module, name, 20.0)


@pytest.fixture(autouse=True)
def patience_with_peers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new connection may take most of the time of its call."""
    monkeypatch.setattr(network, "CONNECT_SECONDS", 20.0)
    monkeypatch.setattr(network, "LATE_SECONDS", 20.0)


@pytest.fixture(autouse=True)
def patience_with_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "ANSWER_SECONDS", 20.0)


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
