"""The service's outbox."""

from chassis import Base, OutboxMessage


class ProductMessage(OutboxMessage, Base):
    """An event of this service, until some days after it is published."""
