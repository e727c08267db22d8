"""The times after which rows are deleted."""

from app.models.idempotency_key import IdempotencyKey
from app.models.messages import OrderMessage, ReceivedEvent
from chassis import RECEIVED_EVENTS_KEPT, SENT_EVENTS_KEPT, Expiry

EXPIRIES = (
    Expiry(OrderMessage.sent_at, SENT_EVENTS_KEPT),
    Expiry(ReceivedEvent.received_at, RECEIVED_EVENTS_KEPT),
    Expiry(IdempotencyKey.created_at, IdempotencyKey.LIFETIME),
)
