"""Compares the connections of all replicas with those that their database allows."""

import asyncio
import signal
import sys

from sqlalchemy import text

from chassis._database.database import Database
from chassis._errors import DatabaseUnavailable

# A process opens its pool, and one more connection for health checks.
BESIDE_POOL = 1
# For migrations, psql, backups and an exporter.
MARGIN = 8
SECONDS_BETWEEN_ATTEMPTS = 1.0

LIMITS = text("""
    SELECT current_setting('max_connections')::int,
           current_setting('superuser_reserved_connections')::int
             -- since PostgreSQL 16
             + coalesce(current_setting('reserved_connections', true)::int, 0),
           datconnlimit,
           rolconnlimit
    FROM pg_database, pg_roles
    WHERE datname = current_database() AND rolname = current_user
""")


class ConnectionLimit:
    """Refuses to run more replicas than the database has connections for.

    As a loop it waits for a database that was down when the service started.
    """

    name = "connection-limit"

    def __init__(self, database: Database, replicas: int, pool_size: int) -> None:
        self._database = database
        self._replicas = replicas
        self._pool_size = pool_size

    async def require(self) -> None:
        """Returns if all replicas together stay within the limit.

        Raises:
            SystemExit: they do not; its text says what to change.
            DatabaseUnavailable: the database cannot be asked.
        """
        async with self._database.reading() as connection:
            total, reserved, database, role = (await connection.execute(LIMITS)).one()
        limits = {
            "max_connections": total - reserved,
            "the CONNECTION LIMIT of the database": database,
            "the CONNECTION LIMIT of the role": role,
        }
        # PostgreSQL writes -1 for no limit.
        limit, name = min((limit, name) for name, limit in limits.items() if limit >= 0)
        self._refuse_above(max(limit - MARGIN, 0), name)

    def _refuse_above(self, allowed: int, name: str) -> None:
        each = self._pool_size + BESIDE_POOL
        needed = self._replicas * each
        if needed <= allowed:
            return
        remedies = [f"raise {name}"]
        if (pool_size := allowed // self._replicas - BESIDE_POOL) >= 1:
            remedies.insert(0, f"lower DATABASE_POOL_SIZE to {pool_size}")
        if replicas := allowed // each:
            remedies.insert(0, f"lower REPLICAS to {replicas}")
        raise SystemExit(
            f"error: REPLICAS: {self._replicas} x ({self._pool_size} + {BESIDE_POOL})"
            f" connections are {needed}, but the database has {allowed} for this"
            f" service ({MARGIN} stay free for people and migrations):"
            f" {', or '.join(remedies)}"
        )

    async def run(self) -> None:
        while True:
            try:
                await self.require()
            except DatabaseUnavailable:
                await asyncio.sleep(SECONDS_BETWEEN_ATTEMPTS)
            except SystemExit as refusal:
                print(refusal, file=sys.stderr, flush=True)
                signal.raise_signal(signal.SIGTERM)
                return
            else:
                return
