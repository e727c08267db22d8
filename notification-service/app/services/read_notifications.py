"""Reads notifications: customers their own, administrators all."""

from app.errors import NotificationNotFound
from app.models.notification import Notification, Status
from app.repositories.notifications import Notifications
from chassis import Page, PageRequest, User


class ReadNotifications:
    def __init__(self, notifications: Notifications, reader: User) -> None:
        self._notifications = notifications
        self._reader = reader

    async def page(
        self, page: PageRequest, *, status: Status | None, order_id: int | None
    ) -> Page[Notification]:
        return await self._notifications.list_matching(
            page,
            user_id=None if self._reader.is_admin else self._reader.user_id,
            status=status,
            order_id=order_id,
        )

    async def one(self, notification_id: int) -> Notification:
        """Raises `NotificationNotFound`, also if it belongs to another user."""
        notification = await self._notifications.get(notification_id)
        if self._reader.is_admin or notification.user_id == self._reader.user_id:
            return notification
        raise NotificationNotFound(f"there is no notification {notification_id}")
