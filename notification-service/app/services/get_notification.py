"""Reads one notification."""

from app.errors import NotificationNotFound
from app.models.notification import Notification
from app.repositories.notifications import Notifications
from chassis import User


class GetNotification:
    def __init__(self, notifications: Notifications, reader: User) -> None:
        self._notifications = notifications
        self._reader = reader

    async def get(self, notification_id: int) -> Notification:
        """Raises `NotificationNotFound`, also if it belongs to another user."""
        notification = await self._notifications.get(notification_id)
        if self._reader.is_admin or notification.user_id == self._reader.user_id:
            return notification
        raise NotificationNotFound(f"there is no notification {notification_id}")
