"""The times after which rows are deleted."""

from app.models.idempotency_key import IdempotencyKey
from app.models.messages import OrderMessage, ReceivedEvent
from chassis import PUBLISHED_EVENTS_KEPT, RECEIVED_EVENTS_KEPT, Expiry

EXPIRIES = (
    Expiry(OrderMessage.published_at, PUBLISHED_EVENTS_KEPT),
    Expiry(ReceivedEvent.received_at, RECEIVED_EVENTS_KEPT),
    Expiry(IdempotencyKey.created_at, IdempotencyKey.LIFETIME),
)
