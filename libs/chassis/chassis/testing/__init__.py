"""Fixtures for the tests of every service: real stores, a running app, signed-in users.

A service's `tests/conftest.py` takes it in with `pytest_plugins = ["chassis.testing"]`.
The stores are those of `make stores`.
"""

from chassis.polling import eventually
from chassis.testing._apps import (
    FakeTokenValidator,
    a_peer,
    as_user,
    replace_resources,
    started,
)
from chassis.testing._certified_provider import certified_provider
from chassis.testing._collector import CollectedSpan, Collector
from chassis.testing._locks import until_waiting
from chassis.testing._metrics import metric
from chassis.testing._migrations import Schema, noticed, noticed_by_the_release_before
from chassis.testing._network import Network
from chassis.testing._patience import (
    REDIS_SECONDS,
    database_may_hang,
    machine_may_stall,
    redis_may_hang,
)
from chassis.testing._ports import reserved_port
from chassis.testing._stores import (
    alembic_config,
    broker_url,
    database,
    database_pool,
    database_url,
    redis_url,
    session,
    temporary_database,
)

__all__ = [
    "REDIS_SECONDS",
    "CollectedSpan",
    "Collector",
    "FakeTokenValidator",
    "Network",
    "Schema",
    "a_peer",
    "alembic_config",
    "as_user",
    "broker_url",
    "certified_provider",
    "database",
    "database_may_hang",
    "database_pool",
    "database_url",
    "eventually",
    "machine_may_stall",
    "metric",
    "noticed",
    "noticed_by_the_release_before",
    "redis_may_hang",
    "redis_url",
    "replace_resources",
    "reserved_port",
    "session",
    "started",
    "temporary_database",
    "until_waiting",
]
