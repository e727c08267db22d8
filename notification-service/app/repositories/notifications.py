"""The queries for notifications."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, case, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotificationNotFound
from app.models.notification import Notification, Status
from chassis import Page, PageRequest, fetch_page, report_changes

# The database fills in the others.
WRITTEN = (
    "event_id",
    "event_type",
    "event_time",
    "user_id",
    "order_id",
    "channel",
    "recipient",
    "address_wanted",
    "subject",
    "body",
    "body_html",
    "status",
    "attempts",
    "deferrals",
    "trace_context",
)
INSERT = insert(cast(Table, Notification.__table__))
ERASED = "the user has been erased"


class Notifications:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add_all(self, notifications: Sequence[Notification]) -> None:
        """Inserts new notifications, and reports them to their senders.

        The ORM would write one long statement for all of them, which psycopg parses
        again for each batch.
        """
        connection = await self._session.connection()
        rows = [
            {name: getattr(each, name) for name in WRITTEN} for each in notifications
        ]
        await connection.execute(INSERT, rows)
        report_changes(self._session, *notifications)

    async def get(
        self, notification_id: int, *, for_update: bool = False
    ) -> Notification:
        """Returns the notification, with `for_update` locked to the transaction's end.

        Raises:
            NotificationNotFound: see there.
        """
        notification = await self._session.get(
            Notification,
            notification_id,
            with_for_update=for_update or None,
            populate_existing=for_update,
        )
        if notification is None:
            raise NotificationNotFound(f"there is no notification {notification_id}")
        return notification

    async def list_matching(
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

    async def list_unaddressed(
        self, now: datetime, limit: int
    ) -> Sequence[Notification]:
        """Locks and returns the notifications whose address to look up next."""
        unaddressed = (
            select(Notification)
            .where(
                Notification.address_wanted,
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
        return (await self._session.scalars(unaddressed)).all()

    async def list_claimed(
        self, ids: Iterable[int], until: datetime
    ) -> Sequence[Notification]:
        """Locks and returns those of `ids` whose lease still ends at `until`."""
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

    async def forget_user(self, user_id: int) -> int:
        """Blanks the user's notifications; pending ones will never be sent.

        Returns:
            the number of blanked notifications.
        """
        forgotten = (
            update(Notification)
            .where(Notification.user_id == user_id, Notification.erased_at.is_(None))
            .values(
                recipient="",
                subject="",
                body="",
                body_html=None,
                status=case(
                    (Notification.status == Status.SENT, Status.SENT),
                    else_=Status.FAILED,
                ),
                # The mail server's response may contain the address.
                error=case((Notification.status != Status.SENT, ERASED)),
                address_wanted=False,
                claimed_until=None,
                erased_at=func.now(),
            )
            .returning(Notification.id)
            .execution_options(synchronize_session=False)
        )
        return len((await self._session.execute(forgotten)).all())
