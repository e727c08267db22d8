"""Resends a notification for an administrator."""

from datetime import UTC, datetime

import structlog

from app.models.notification import Notification
from app.repositories.notifications import Notifications
from chassis import User

log = structlog.get_logger(__name__)


class ResendNotification:
    def __init__(self, notifications: Notifications, administrator: User) -> None:
        self._notifications = notifications
        self._administrator = administrator

    async def resend(self, notification_id: int) -> Notification:
        """Makes the notification pending again.

        Raises:
            NotificationNotFound, NotificationPending, NotificationErased: see there.
        """
        notification = await self._notifications.get(notification_id, for_update=True)
        notification.resend(datetime.now(UTC))
        log.info(
            "notification_resent",
            notification_id=notification_id,
            by=self._administrator.user_id,
        )
        return notification
