from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from app.models.claimed_notification import ClaimedNotification
from app.models.notification import ChannelKind, Notification
from chassis import Database

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


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


def a_claimed_notification(**values: Any) -> ClaimedNotification:
    """The same, as its sender sees it."""
    claimed = a_notification(**{"id": 1, "attempts": 1} | values)
    fields = (getattr(claimed, name) for name in ClaimedNotification._fields)
    return ClaimedNotification(*fields)


async def store(database: Database, *notifications: Notification) -> None:
    async with database.transaction() as session:
        session.add_all(notifications)


async def stored(database: Database) -> list[Notification]:
    async with database.transaction() as session:
        return list(
            await session.scalars(select(Notification).order_by(Notification.id))
        )
