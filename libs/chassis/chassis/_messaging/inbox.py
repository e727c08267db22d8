"""The inbox: an event takes effect once, however often it is delivered.

Source: https://microservices.io/patterns/communication-style/idempotent-consumer.html
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

import structlog
from prometheus_client import Counter
from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from chassis._database.database import Database
from chassis._errors import Invalid
from chassis._messaging.events import Event
from chassis._messaging.inbox_batches import InboxBatches, InboxMessage, Store

log = structlog.get_logger(__name__)

EVENTS = Counter(
    "inbox_events_total",
    "Events received: processed, or ignored as a duplicate",
    ["event_type", "outcome"],
)


class UnreadableEvent(Invalid):
    """The message is not an event of a known type and format."""


@dataclass(frozen=True)
class Subscription:
    """The handler of one type of event.

    Attributes:
        data: the model of the fields that this consumer uses.
        handle: processes the event in the transaction of the session. What it returns
            is stored together with the results of other events: see `Inbox`.
    """

    event_type: str
    data: type[BaseModel]
    handle: Callable[[AsyncSession, Event[Any]], Awaitable[Any]]


class _AnyData(BaseModel):
    """Reads the envelope before the model of its data is known."""


_AnyEvent = Event[_AnyData]


class Inbox:
    """Calls each event's handler once, in the transaction that records the event.

    Args:
        store: stores the results of all handlers of a transaction, before it commits;
            without it, handlers return None.
    """

    def __init__(
        self,
        database: Database,
        table: type[InboxMessage],
        subscriptions: Iterable[Subscription],
        store: Store | None = None,
    ) -> None:
        self._batches = InboxBatches(database, table, store)
        # The class of each event is kept, because pydantic would build it again.
        self._subscriptions: dict[str, tuple[Subscription, type[Event[Any]]]] = {
            each.event_type: (each, Event[each.data])  # type: ignore[name-defined]
            for each in subscriptions
        }
        for event_type in self._subscriptions:
            for outcome in ("processed", "duplicate"):
                # A counter that begins at its first event hides it from Prometheus.
                EVENTS.labels(event_type, outcome)

    async def receive(self, body: bytes) -> None:
        """Processes one message, unless it was processed before.

        Raises:
            UnreadableEvent: the message can never be processed.
            Unavailable: the message may be processed later.
        """
        subscription, event = self._read(body)
        is_first = await self._batches.process(
            event.id, lambda session: subscription.handle(session, event)
        )
        EVENTS.labels(event.type, "processed" if is_first else "duplicate").inc()
        log.info(
            "event_processed" if is_first else "duplicate_event_ignored",
            event_type=event.type,
            event_id=str(event.id),
        )

    def _read(self, body: bytes) -> tuple[Subscription, Event[Any]]:
        try:
            event_type = _AnyEvent.model_validate_json(body).type
            subscription, event_class = self._subscriptions[event_type]
            return subscription, event_class.model_validate_json(body)
        except KeyError as error:
            raise UnreadableEvent(f"unknown event type {error}") from None
        except ValidationError as error:
            facts = error.errors(include_input=False, include_url=False)
            # Not chained, because the text of the cause contains the input.
            raise UnreadableEvent(f"not a valid event: {facts}") from None
