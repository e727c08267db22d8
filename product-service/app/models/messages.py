"""The service's outbox."""

from chassis import Base, OutboxMessage


class ProductMessage(OutboxMessage, Base):
    """An event on its way to the broker."""
