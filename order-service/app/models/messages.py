"""The service's outbox and inbox."""

from chassis import Base, InboxMessage, OutboxMessage


class OrderMessage(OutboxMessage, Base):
    """An event of this service, published or waiting to be."""


class ReceivedEvent(InboxMessage, Base):
    """An event of another service that has been processed."""
