"""The relay: publishes the events of an outbox until the broker has confirmed them."""

from collections.abc import Sequence
from datetime import timedelta

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from chassis._database.database import Database
from chassis._deadline import Deadline
from chassis._messaging.outbox import OutboxMessage
from chassis._messaging.publisher import Outgoing, Publisher, PublishRejected
from chassis._observability.telemetry import restored_trace_context

log = structlog.get_logger(__name__)

BATCH_SIZE = 100
BATCH_SECONDS = 15.0
MAX_DELAY_SECONDS = 30
# An event costs five times less CPU in a large batch than alone.
GATHER_SECONDS = 0.1


class OutboxRelay:
    """Publishes the events of the outbox. Any number of relays may run."""

    def __init__(
        self, database: Database, table: type[OutboxMessage], publisher: Publisher
    ) -> None:
        self._database = database
        self._table = table
        self._publisher = publisher

    async def publish_batch(self) -> int:
        """Publishes the oldest unpublished messages; returns how many it tried.

        Raises:
            Exception: the broker failed. The messages that it had confirmed before are
                recorded as published.
        """
        deadline = Deadline.after(BATCH_SECONDS)
        async with self._database.transaction(deadline) as session:
            messages = await self._lock_unpublished(session)
            if not messages:
                return 0
            failures = await self._publisher.publish(
                [_outgoing(message) for message in messages]
            )
            await self._record_published(
                session,
                [m.id for m, f in zip(messages, failures, strict=True) if not f],
            )
            for message, failure in zip(messages, failures, strict=True):
                if failure is not None:
                    self._record_failure(message, failure)
        # After the commit, which an exception inside the transaction would prevent.
        for failure in failures:
            if failure is not None and not isinstance(failure, PublishRejected):
                raise failure
        return len(messages)

    async def _lock_unpublished(self, session: AsyncSession) -> Sequence[OutboxMessage]:
        """Locks the oldest unpublished messages that no other relay has locked."""
        table = self._table
        unpublished = (
            select(table)
            .where(table.published_at.is_(None), table.available_at <= func.now())
            .order_by(table.id)
            .limit(BATCH_SIZE)
            .with_for_update(skip_locked=True)
        )
        return (await session.scalars(unpublished)).all()

    async def _record_published(
        self, session: AsyncSession, ids: Sequence[int]
    ) -> None:
        statement = (
            update(self._table)
            .where(self._table.id.in_(ids))
            .values(published_at=func.now())
            .execution_options(synchronize_session=False)
        )
        if ids:
            await session.execute(statement)

    def _record_failure(self, message: OutboxMessage, failure: Exception) -> None:
        if isinstance(failure, PublishRejected):
            # The broker works, only this message failed: it must not delay the others.
            message.attempts += 1
            delay = min(2 ** min(message.attempts, 10), MAX_DELAY_SECONDS)
            message.available_at = func.now() + timedelta(seconds=delay)
        with restored_trace_context(message.headers):
            log.warning(
                "event_not_published",
                event_id=str(message.event_id),
                routing_key=message.routing_key,
                attempts=message.attempts,
                error=f"{type(failure).__name__}: {failure}",
            )


def _outgoing(message: OutboxMessage) -> Outgoing:
    return Outgoing(
        exchange=message.exchange,
        routing_key=message.routing_key,
        body=message.body.encode(),
        message_id=str(message.event_id),
        headers=message.headers,
        mandatory=message.must_route,
    )
