from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from app.models.notification import ChannelKind, Notification

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def a_notification(**values: Any) -> Notification:
    """Pending, by e-mail to Ada, due since it was made at `NOON`."""
    defaults: dict[str, Any] = {
        "event_id": uuid4(),
        "event_type": "order.created",
        "user_id": 3,
        "order_id": 17,
        "channel": ChannelKind.EMAIL,
        "recipient": "ada@example.com",
        "subject": "Your order ORD-20260131-000017 is confirmed",
        "body": "Hello Ada",
        "body_html": "<p>Hello Ada</p>",
        "created_at": NOON,
        "pending_since": NOON,
        "next_attempt_at": NOON,
    }
    return Notification(**(defaults | values))
