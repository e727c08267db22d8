"""The transactional outbox: an event is stored in the transaction of its change.

A request never publishes. It stores the event in its own transaction, and the relay
publishes the event until the broker has confirmed it. So each event is published at
least once, even if a process dies in between; consumers ignore duplicates.

Source: https://microservices.io/patterns/data/transactional-outbox.html
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import Index, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from chassis._database.after_commit import Act, after_commit
from chassis._database.database import Database
from chassis._messaging.events import Event, EventData
from chassis._messaging.publisher import Outgoing, Publisher, PublishRejected
from chassis._observability.telemetry import (
    current_trace_context,
    restored_trace_context,
)

log = structlog.get_logger(__name__)

BATCH = 100
BATCH_SECONDS = 15.0
LONGEST_DELAY = 30


class OutboxMessage:
    """The columns of an outbox; a service mixes them into a table of its own."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(unique=True)
    exchange: Mapped[str]
    routing_key: Mapped[str]
    must_route: Mapped[bool]
    body: Mapped[str]
    headers: Mapped[dict[str, str]] = mapped_column(JSONB)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    available_at: Mapped[datetime] = mapped_column(server_default=func.now())
    sent_at: Mapped[datetime | None]

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Index, ...]:
        return (
            Index("ix_outbox_unsent", "id", postgresql_where=text("sent_at IS NULL")),
        )


class Outbox:
    """Stores events.

    Args:
        table: the service's own outbox table.
        source: the `source` of the events, such as `/order-service`.
        wake: called after the commit, so that the relay publishes at once.
    """

    def __init__(
        self, table: type[OutboxMessage], source: str, wake: Callable[[], None]
    ) -> None:
        self._table = table
        self._source = source
        self._wake = wake

    def within(self, session: AsyncSession) -> "Events":
        """Returns what stores events in the transaction of `session`."""
        return Events(self, session)

    def add(self, session: AsyncSession, data: EventData) -> None:
        """Stores the event in the transaction of `session`."""
        envelope = Event[EventData](
            source=self._source, type=data.type, subject=data.subject, data=data
        )
        message = self._table()
        message.event_id = envelope.id
        message.exchange = data.exchange
        message.routing_key = data.type
        message.must_route = data.must_route
        message.body = envelope.model_dump_json(serialize_as_any=True)
        message.headers = current_trace_context()
        session.add(message)
        after_commit(session, self._wake)


class Events:
    """Stores the events of one transaction."""

    def __init__(self, outbox: Outbox, session: AsyncSession) -> None:
        self._outbox = outbox
        self._session = session

    def add(self, data: EventData, stored: Act | None = None) -> None:
        """
        Args:
            stored: called after the commit.
        """
        self._outbox.add(self._session, data)
        if stored is not None:
            after_commit(self._session, stored)


class OutboxRelay:
    """Publishes the events of the outbox. Any number of relays may run."""

    def __init__(
        self, database: Database, table: type[OutboxMessage], publisher: Publisher
    ) -> None:
        self._database = database
        self._table = table
        self._publisher = publisher

    async def publish_batch(self) -> int:
        """Publishes the oldest waiting messages; returns how many there were."""
        async with self._database.transaction(BATCH_SECONDS) as session:
            messages = await self._claim(session)
            if not messages:
                return 0
            outcomes = await self._publisher.publish(
                [_outgoing(message) for message in messages]
            )
            for message, failure in zip(messages, outcomes, strict=True):
                self._record(message, failure)
        for failure in outcomes:
            # The broker failed: published messages are recorded, the others wait.
            if failure is not None and not isinstance(failure, PublishRejected):
                raise failure
        return len(messages)

    async def _claim(self, session: AsyncSession) -> Sequence[OutboxMessage]:
        table = self._table
        waiting = (
            select(table)
            .where(table.sent_at.is_(None), table.available_at <= func.now())
            .order_by(table.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        return (await session.scalars(waiting)).all()

    def _record(self, message: OutboxMessage, failure: Exception | None) -> None:
        if failure is None:
            message.sent_at = func.now()
            return
        if isinstance(failure, PublishRejected):
            # Only this message failed: publish the others first.
            message.attempts += 1
            delay = min(2 ** min(message.attempts, 10), LONGEST_DELAY)
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
