"""The transactional outbox: an event is stored in the transaction of its change.

A request never publishes. It stores the event in its own transaction, and `OutboxRelay`
publishes the event until the broker has confirmed it. So each event is published at
least once, even if a process dies in between; consumers ignore duplicates.

Source: https://microservices.io/patterns/data/transactional-outbox.html
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from chassis._database.after_commit import Act, after_commit
from chassis._messaging.events import Event, EventData
from chassis._observability.telemetry import current_trace_context


class OutboxMessage:
    """The columns of an outbox; a service mixes them into a table of its own.

    Attributes:
        headers: the trace context and request id of the request that stored the event.
        available_at: the earliest time of the next attempt.
        attempts: how often the broker has rejected this event.
        published_at: the start of the transaction in which the broker confirmed the
            event.
    """

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
    published_at: Mapped[datetime | None] = mapped_column("sent_at")

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Index, ...]:
        return (
            Index("ix_outbox_unsent", "id", postgresql_where=text("sent_at IS NULL")),
        )


# Kept, because pydantic would build this class again for each event.
_Envelope = Event[EventData]


@dataclass(frozen=True)
class Outbox:
    """The outbox of one service.

    Attributes:
        table: the service's own outbox table.
        source: the `source` of the events, such as `/order-service`.
        wake: called after the commit, so that the relay publishes at once.
    """

    table: type[OutboxMessage]
    source: str
    wake: Callable[[], None]

    def within(self, session: AsyncSession) -> "Events":
        """Returns an `Events` that stores in the transaction of `session`."""
        return Events(self, session)


class Events:
    """Stores the events of one transaction, beside the changes that caused them."""

    def __init__(self, outbox: Outbox, session: AsyncSession) -> None:
        self._outbox = outbox
        self._session = session

    def add(self, data: EventData, stored: Act | None = None) -> None:
        """Stores the event.

        Args:
            stored: called after the commit.
        """
        self._session.add(self._outbox.table(**self.prepare(data)))
        if stored is not None:
            after_commit(self._session, stored)

    def prepare(self, data: EventData) -> dict[str, Any]:
        """Returns the event as a row, which the caller stores by its own statement."""
        envelope = _Envelope(
            source=self._outbox.source, type=data.type, subject=data.subject, data=data
        )
        after_commit(self._session, self._outbox.wake)
        return {
            "event_id": envelope.id,
            "exchange": data.exchange,
            "routing_key": data.type,
            "must_route": data.must_route,
            "body": envelope.model_dump_json(serialize_as_any=True),
            "headers": current_trace_context(),
        }
