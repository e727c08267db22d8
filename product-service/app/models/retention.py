"""When rows are deleted."""

from datetime import timedelta

from app.models.idempotency_key import IdempotencyKey
from app.models.messages import ProductMessage
from app.models.reservation import Reservation
from chassis import PUBLISHED_EVENTS_KEPT, Expiry

EXPIRIES = (
    Expiry(ProductMessage.published_at, PUBLISHED_EVENTS_KEPT),
    Expiry(IdempotencyKey.created_at, IdempotencyKey.LIFETIME),
    Expiry(Reservation.released_at, timedelta(days=30)),
)
