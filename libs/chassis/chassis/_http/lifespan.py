"""The connections and background work of a service, from its start to its end."""

from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from opentelemetry.sdk.trace import TracerProvider
from sqlalchemy.orm import Session

from chassis._database.after_commit import after_commit
from chassis._database.connection_limit import ConnectionLimit
from chassis._database.database import Database
from chassis._database.retention import Expiry, Retention
from chassis._errors import DatabaseUnavailable
from chassis._http.health import Health
from chassis._peers.peer import Peer
from chassis._settings.settings import DatabaseSettings
from chassis._shutdown import Shutdown
from chassis._workers import HOUSEKEEPING_DELAY, Loop, Worker


@dataclass(frozen=True)
class Lifespan:
    """Collects what a service opens and runs.

    The loops start after everything is open. At the end they stop first; then
    everything is closed in reverse order, and the database last.

    Attributes:
        service: the name of the service.
        stack: closes what the service enters here.
    """

    service: str
    tracer_provider: TracerProvider
    health: Health
    shutdown: Shutdown
    stack: AsyncExitStack
    loops: list[Loop] = field(default_factory=list)
    _databases: list[Database] = field(default_factory=list)

    @property
    def database(self) -> Database:
        """The database of a service whose settings are `DatabaseSettings`."""
        return self._databases[0]

    async def open_database(self, settings: DatabaseSettings) -> None:
        url = settings.database_url.get_secret_value()
        size = settings.database_pool_size
        database = Database(url, size, self.tracer_provider)
        self._databases.append(await self.stack.enter_async_context(database))
        self.health.own = database.ping
        await self.limit_connections(settings.replicas, size)

    async def open_peer(self, name: str, url: str) -> Peer:
        """Opens a client of another service, and adds that service to the health."""
        peer = Peer(name, url, self.tracer_provider)
        self.health.add_peer(peer)
        return await self.stack.enter_async_context(peer)

    async def limit_connections(self, replicas: int, pool_size: int) -> None:
        """Refuses to start more replicas than the database has connections for.

        Without its database the service starts, and is refused when that responds.
        """
        limit = ConnectionLimit(self.database, replicas, pool_size)
        try:
            await limit.require()
        except DatabaseUnavailable:
            self.run(limit)

    def run(self, *loops: Loop) -> None:
        self.loops.extend(loops)

    def wake(self, worker: Worker, is_work: Callable[[object], bool]) -> None:
        """Wakes the worker after each commit that has stored work for it.

        Args:
            is_work: says whether a change is work for this worker.
        """

        def wake_after_commit_of(session: Session, changes: Iterable[object]) -> None:
            if any(map(is_work, changes)):
                after_commit(session, worker.wake)

        self.database.on_change(wake_after_commit_of)

    def prune(self, *expiries: Expiry) -> None:
        """Deletes expired rows, in small batches."""
        retention = Retention(self.database, *expiries)
        prune = retention.prune_batch
        self.run(Worker("retention", prune, interval=60, delay=HOUSEKEEPING_DELAY))
