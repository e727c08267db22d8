"""When rows are deleted."""

from app.models.received_event import ReceivedEvent
from chassis import RECEIVED_EVENTS_KEPT, Expiry

EXPIRIES = (Expiry(ReceivedEvent.received_at, RECEIVED_EVENTS_KEPT),)
