"""A notification as the sender that has claimed it sees it."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.models.notification import ChannelKind


class ClaimedNotification(NamedTuple):
    """The fields of a `Notification` that sending needs, as they were claimed."""

    id: int
    event_id: UUID
    event_type: str
    event_time: datetime | None
    user_id: int
    order_id: int | None
    channel: ChannelKind
    recipient: str
    subject: str
    body: str
    body_html: str | None
    resends: int
    attempts: int
    pending_since: datetime
    trace_context: dict[str, str]
