"""Sending a notification again, because an administrator says so."""

import structlog

from app.models.notification import Notification
from app.repositories.notifications import Notifications
from app.services.deliver import utc_now
from chassis import User

log = structlog.get_logger(__name__)


class ResendNotification:
    def __init__(self, notifications: Notifications, administrator: User) -> None:
        self._notifications = notifications
        self._administrator = administrator

    async def __call__(self, notification_id: int) -> Notification:
        """Raises:
        NotificationNotFound, NotificationPending, NotificationErased: it is not.
        """
        notification = await self._notifications.get(notification_id, lock=True)
        notification.resend(utc_now())
        log.info(
            "notification_resent",
            notification_id=notification_id,
            by=self._administrator.user_id,
        )
        return notification
