"""The time limits of tests: a test machine that stalls is neither a hung store or peer
nor a request that waits for too long."""

from types import ModuleType

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
# In seconds, by the module that has the limit.
PATIENT_LIMITS: dict[ModuleType, dict[str, float]] = {
    database: {"PATIENCE": 10.0},
    connection: {"CONNECT_SECONDS": 10},
    link: {"RESPONSE_SECONDS": 5.0},
    probes: {"PROBE_SECONDS": 5.0},
    ping: {"PING_SECONDS": 4.5},
    admission: {"ANSWER_SECONDS": 20.0},
    # A new connection may take most of the time of its call.
    network: {"CONNECT_SECONDS": 20.0, "LATE_SECONDS": 20.0},
    broker_probe: {"CONNECT_SECONDS": 20.0},
    consumer: {"CONNECT_SECONDS": 20.0, "OPEN_SECONDS": 20.0},
    publisher: {"CONNECT_SECONDS": 20.0, "OPEN_SECONDS": 20.0, "CONFIRM_SECONDS": 20.0},
    queue: {"CONFIRM_SECONDS": 20.0},
    queue_metrics: {"CONNECT_SECONDS": 20.0},
    dead_letter_queue: {
        "CONNECT_SECONDS": 20.0,
        "ANSWER_SECONDS": 20.0,
        "LOCK_SECONDS": 20.0,
        "RETURN_SECONDS": 20.0,
    },
}


@pytest.fixture(autouse=True)
def machine_may_stall(monkeypatch: pytest.MonkeyPatch) -> None:
    """For all tests; those that let something hang set the limit of it again."""
    for module, limits in PATIENT_LIMITS.items():
        for name, seconds in limits.items():
            monkeypatch.setattr(module, name, seconds)


@pytest.fixture
def database_may_hang(machine_may_stall: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that let the database hang: it has the time limit of production."""
    monkeypatch.setattr(database, "PATIENCE", DATABASE_SECONDS)


@pytest.fixture
def redis_may_hang(machine_may_stall: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that let Redis hang: it has the time limits of production."""
    monkeypatch.setattr(link, "RESPONSE_SECONDS", REDIS_SECONDS)
    monkeypatch.setattr(probes, "PROBE_SECONDS", PROBE_SECONDS)
