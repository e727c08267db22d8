"""Finds the owners of sessions, with one query for all callers of a moment."""

import asyncio
from collections.abc import Mapping
from uuid import UUID

from app.repositories.sessions import SessionOwner, find_owners
from chassis import Database, start_shared

Owners = Mapping[UUID, SessionOwner]


class SessionOwners:
    """Finds the active users of open sessions.

    Callers that come while a query runs wait, and share the next query. A query begins
    after all of its callers have called, so none of them misses the end of a session.
    A caller alone does not wait. If a query fails because the database is unavailable,
    so do the callers that wait for it; another try would take too long.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._next_ids: set[UUID] = set()
        self._next: asyncio.Task[Owners] | None = None
        self._running: asyncio.Task[Owners] | None = None

    async def find(self, session_id: UUID) -> SessionOwner | None:
        self._next_ids.add(session_id)
        if self._next is None:
            self._next = start_shared(self._query_after(self._running))
        owners = await asyncio.shield(self._next)
        return owners.get(session_id)

    async def _query_after(self, before: asyncio.Task[Owners] | None) -> Owners:
        try:
            if before is not None and not before.done():
                await asyncio.shield(before)
        finally:
            session_ids, self._next_ids = self._next_ids, set()
            self._running, self._next = self._next, None
        async with self._database.reading() as connection:
            return await find_owners(connection, session_ids)
