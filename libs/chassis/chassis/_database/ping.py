"""Asks whether the database answers."""

import asyncio

import psycopg

from chassis._database.connection import Connect
from chassis._errors import DatabaseUnavailable
from chassis._shared_task import start_shared
from chassis._time_limit import time_limit

# Less than the time limit of a health check.
PING_SECONDS = 0.9


class Ping:
    """Queries over its own connection, because a busy pool is not a dead server.

    Concurrent callers share one query, so that health checks take one connection.
    """

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._running: asyncio.Task[None] | None = None

    async def ask(self) -> None:
        """Returns if the database answers.

        Raises:
            DatabaseUnavailable: it does not, or not in time.
        """
        if self._running is None or self._running.done():
            self._running = start_shared(self._query())
        await asyncio.shield(self._running)

    def stop(self) -> None:
        if self._running is not None:
            self._running.cancel()

    async def _query(self) -> None:
        try:
            async with (
                time_limit(PING_SECONDS),
                await self._connect() as connection,
            ):
                await connection.execute("SELECT 1")
        except (psycopg.Error, TimeoutError) as error:
            raise DatabaseUnavailable("the database does not answer") from error
