"""The queries for notifications."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.notification import ChannelKind, Notification, Status
from chassis import NotFound, Page, PageRequest, fetch_page


class NotificationNotFound(NotFound):
    """There is no such notification, or not for the one who asks."""


class Notifications:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, notification: Notification) -> None:
        self._session.add(notification)

    async def get(self, notification_id: int) -> Notification:
        notification = await self._session.get(Notification, notification_id)
        if notification is None:
            raise NotificationNotFound(f"there is no notification {notification_id}")
        return notification

    async def list_(
        self,
        page: PageRequest,
        *,
        user_id: int | None = None,
        status: Status | None = None,
        order_id: int | None = None,
    ) -> Page[Notification]:
        query = select(Notification)
        if user_id is not None:
            query = query.where(Notification.user_id == user_id)
        if status is not None:
            query = query.where(Notification.status == status)
        if order_id is not None:
            query = query.where(Notification.order_id == order_id)
        return await fetch_page(self._session, query, Notification.id, page)

    async def list_due(
        self, channel: ChannelKind, now: datetime, limit: int
    ) -> Sequence[Notification]:
        """Those to send next, locked; what others have in hand is left out."""
        due = (
            select(Notification)
            .where(
                Notification.channel == channel,
                Notification.status == Status.PENDING,
                Notification.next_attempt_at <= now,
                or_(
                    Notification.claimed_until.is_(None),
                    Notification.claimed_until <= now,
                ),
            )
            .order_by(Notification.next_attempt_at, Notification.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return (await self._session.scalars(due)).all()

    async def list_claimed(
        self, ids: Iterable[int], until: datetime
    ) -> Sequence[Notification]:
        """Of `ids` those whose lease is still the one that ends at `until`, locked."""
        claimed = (
            select(Notification)
            .where(
                Notification.id.in_(ids),
                Notification.claimed_until == until,
                Notification.status == Status.PENDING,
            )
            .order_by(Notification.id)
            .with_for_update()
        )
        return (await self._session.scalars(claimed)).all()
