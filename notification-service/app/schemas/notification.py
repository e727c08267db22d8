"""The response body of notifications."""

import json
from datetime import datetime
from uuid import UUID

from app.models.notification import ChannelKind, Status
from chassis import ResponseBody, example

NOTIFICATION = {
    "id": 5,
    "event_id": "7e0b3a52-6d0c-4f7e-9a57-3c1de3d1a6f0",
    "event_type": "order.created",
    "user_id": 3,
    "order_id": 17,
    "channel": "email",
    "recipient": "ada@example.com",
    "subject": "Your order ORD-20260131-000017 is confirmed",
    "body": "Hello Ada Lovelace,\n\nthank you for your order ...",
    "status": "sent",
    "attempts": 1,
    "error": None,
    "created_at": "2026-01-31T12:00:00Z",
    "sent_at": "2026-01-31T12:00:01Z",
}
STREAM_EXAMPLE = (
    f"event: notification\ndata: {json.dumps(NOTIFICATION)}\nid: 7312-5\n\n"
)


class NotificationRead(ResponseBody):
    model_config = example(NOTIFICATION)

    id: int
    event_id: UUID
    event_type: str
    user_id: int
    order_id: int | None
    channel: ChannelKind
    recipient: str
    subject: str
    body: str
    status: Status
    attempts: int
    error: str | None
    created_at: datetime
    sent_at: datetime | None
