"""Processes events that arrive together in one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, func, inspect, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from chassis._database.database import Database
from chassis._errors import Unavailable

# Messages that were published together are delivered within this.
GATHER_SECONDS = 0.02

Handle = Callable[[AsyncSession], Awaitable[Any]]
# Stores the results of the handlers of one transaction.
Store = Callable[[AsyncSession, Sequence[Any]], Awaitable[None]]


class InboxMessage:
    """The columns of an inbox; a service mixes them into a table of its own."""

    __tablename__ = "inbox"

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())


@dataclass(frozen=True)
class _Received:
    """An event that waits for its transaction.

    Attributes:
        context: that of its message, with its trace and request id.
        is_first: whether the event was not processed before.
    """

    event_id: UUID
    handle: Handle
    context: Context = field(default_factory=copy_context)
    is_first: asyncio.Future[bool] = field(default_factory=asyncio.Future)


class InboxBatches:
    """Calls the handlers of waiting events in one transaction after the other.

    Their results, other than None, are stored by one call of `store`.

    If a handler fails, each event of its batch is processed again in a transaction of
    its own, so that only the events whose handlers fail are retried or dead-lettered.
    """

    def __init__(
        self, database: Database, table: type[InboxMessage], store: Store | None = None
    ) -> None:
        self._database = database
        self._store = store
        # Built once. An array has the same text for any number of events.
        ids = func.unnest(bindparam("event_ids", type_=ARRAY(Uuid)))
        self._record = (
            insert(inspect(table).local_table)
            .from_select(["event_id"], select(ids))
            .on_conflict_do_nothing()
            .returning(table.event_id)
        )
        self._waiting: list[_Received] = []
        self._processing: asyncio.Task[None] | None = None

    async def process(self, event_id: UUID, handle: Handle) -> bool:
        """Calls `handle` unless the event was processed before.

        Returns:
            whether it was called.
        """
        received = _Received(event_id, handle)
        self._waiting.append(received)
        if self._processing is None:
            self._processing = asyncio.create_task(self._process_waiting())
        return await received.is_first

    async def _process_waiting(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(GATHER_SECONDS)
                batch, self._waiting = self._waiting, []
                await self._process(batch)
        finally:
            self._processing = None

    async def _process(self, batch: Sequence[_Received]) -> None:
        try:
            # The spans of the transaction itself belong to the trace of one message.
            are_first = await asyncio.create_task(
                self._process_in_transaction(batch), context=batch[0].context
            )
        except Exception as error:
            if len(batch) > 1 and not isinstance(error, Unavailable):
                for received in batch:
                    await self._process([received])
                return
            for received in batch:
                if not received.is_first.done():
                    received.is_first.set_exception(error)
        else:
            for received, is_first in zip(batch, are_first, strict=True):
                if not received.is_first.done():
                    received.is_first.set_result(is_first)

    async def _process_in_transaction(self, batch: Sequence[_Received]) -> list[bool]:
        are_first, results = [], []
        async with self._database.transaction() as session:
            ids = sorted({each.event_id for each in batch})
            connection = await session.connection()
            new = set(await connection.scalars(self._record, {"event_ids": ids}))
            for received in batch:
                is_first = received.event_id in new
                are_first.append(is_first)
                if is_first:
                    new.remove(received.event_id)
                    result = await asyncio.create_task(
                        _call(received.handle, session), context=received.context
                    )
                    if result is not None:
                        results.append(result)
            if self._store is not None and results:
                await self._store(session, results)
        return are_first


async def _call(handle: Handle, session: AsyncSession) -> Any:
    return await handle(session)
