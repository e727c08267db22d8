"""The service's outbox."""

from chassis import Base, OutboxMessage


class OrderMessage(OutboxMessage, Base):
    """An event on its way to the broker."""
