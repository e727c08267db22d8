"""Tables of the chassis' own tests."""

from sqlalchemy.orm import Mapped, mapped_column

from chassis import (
    Base,
    Erasure,
    IdempotencyRecord,
    InboxMessage,
    OutboxMessage,
)


class Thing(Base):
    __tablename__ = "things"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class Outgoing(OutboxMessage, Base):
    """An outbox."""


class Incoming(InboxMessage, Base):
    """An inbox."""


class ErasedUser(Erasure, Base):
    """A table of erased users."""


class Key(IdempotencyRecord, Base):
    """A table of idempotency keys."""
