"""The inbox: which events have taken effect here."""

from chassis import Base, InboxMessage


class ReceivedEvent(InboxMessage, Base):
    pass
