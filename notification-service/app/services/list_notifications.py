"""Lists notifications: customers see their own, administrators all."""

from app.models.notification import Notification, Status
from app.repositories.notifications import Notifications
from chassis import Page, PageRequest, User


class ListNotifications:
    def __init__(self, notifications: Notifications, reader: User) -> None:
        self._notifications = notifications
        self._reader = reader

    async def list(
        self, page: PageRequest, *, status: Status | None, order_id: int | None
    ) -> Page[Notification]:
        return await self._notifications.list_matching(
            page,
            user_id=None if self._reader.is_admin else self._reader.user_id,
            status=status,
            order_id=order_id,
        )
