"""Lists notifications: customers see their own, administrators all."""

from app.models.notification import Notification, Status
from app.repositories.notifications import Notifications
from chassis import Page, PageRequest, RoleRequired, User


class ListNotifications:
    def __init__(self, notifications: Notifications, reader: User) -> None:
        self._notifications = notifications
        self._reader = reader

    async def list(
        self,
        page: PageRequest,
        *,
        user_id: int | None,
        status: Status | None,
        order_id: int | None,
    ) -> Page[Notification]:
        """Returns the notifications of a user, or of all that the reader may see.

        Raises:
            RoleRequired: the user is another one, and the reader no administrator.
        """
        if not self._reader.is_admin:
            user_id = user_id or self._reader.user_id
            if user_id != self._reader.user_id:
                raise RoleRequired("only administrators see other users' notifications")
        return await self._notifications.list_matching(
            page, user_id=user_id, status=status, order_id=order_id
        )
