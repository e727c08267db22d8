"""The service's outbox."""

from chassis import Base, OutboxMessage


class UserMessage(OutboxMessage, Base):
    """An event of this service, published or waiting to be."""
