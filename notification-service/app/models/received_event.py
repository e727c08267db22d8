"""The inbox: the events that this service has processed."""

from sqlalchemy import Index

from chassis import Base, InboxMessage


class ReceivedEvent(InboxMessage, Base):
    __table_args__ = (Index("ix_inbox_received_at", "received_at"),)
