"""The service's outbox and inbox."""

from chassis import Base, InboxMessage, OutboxMessage


class OrderMessage(OutboxMessage, Base):
    """An event on its way to the broker."""


class ReceivedEvent(InboxMessage, Base):
    """An event that has taken effect."""
