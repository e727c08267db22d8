"""The pool of database connections, with its metrics."""

from prometheus_client import Gauge
from sqlalchemy import AsyncAdaptedQueuePool, Engine, PoolProxiedConnection

IN_USE = Gauge(
    "database_pool_connections_in_use",
    "Database connections that are in use by a request or a worker",
)
MAX = Gauge(
    "database_pool_connections_max",
    "Database connections that this process opens at most",
)
WAITING = Gauge(
    "database_pool_waiting",
    "Requests and workers that wait for a database connection",
)


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

    IN_USE.set_function(lambda: pool().checkedout())
    MAX.set_function(lambda: pool().size())
    WAITING.set_function(lambda: pool().waiting)
