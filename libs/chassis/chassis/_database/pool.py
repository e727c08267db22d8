"""The pool of database connections, with its metrics."""

from functools import cache

from prometheus_client import Gauge
from sqlalchemy import AsyncAdaptedQueuePool, Engine, PoolProxiedConnection


@cache
def _gauges() -> tuple[Gauge, Gauge, Gauge]:
    """Created with the first pool: a process without a database reports none."""
    in_use = Gauge(
        "database_pool_connections_in_use",
        "Database connections that are in use by a request or a worker",
    )
    most = Gauge(
        "database_pool_connections_max",
        "Database connections that this process opens at most",
    )
    waiting = Gauge(
        "database_pool_waiting",
        "Requests and workers that wait for a database connection",
    )
    return in_use, most, waiting


class MeasuredPool(AsyncAdaptedQueuePool):
    """Counts the tasks that wait for a connection."""

    waiting = 0

    def connect(self) -> PoolProxiedConnection:
        self.waiting += 1
        try:
            return super().connect()
        finally:
            self.waiting -= 1


def measure_pool(engine: Engine) -> None:
    """Reports the pool of this engine, the only one of the process, in each scrape."""

    def pool() -> MeasuredPool:
        # Not cached, because disposing of the engine creates a new pool.
        assert isinstance(engine.pool, MeasuredPool)
        return engine.pool

    in_use, most, waiting = _gauges()
    in_use.set_function(lambda: pool().checkedout())
    most.set_function(lambda: pool().size())
    waiting.set_function(lambda: pool().waiting)
