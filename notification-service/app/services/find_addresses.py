"""Finds the e-mail addresses of users whose event does not contain one.

Claim, ask, record, as in `deliver_notifications`: no transaction is open during a call
to user-service, and while user-service is down the notification only waits.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import structlog

from app.clients.users import UsersClient
from app.models.notification import Notification
from app.repositories.notifications import Notifications
from chassis import Database, Unavailable, restored_trace_context

log = structlog.get_logger(__name__)

BATCH = 10
# user-service answers within 2 s.
LEASE = timedelta(seconds=4)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class FindAddresses:
    """Asks user-service for addresses. Any number of instances can run."""

    def __init__(
        self,
        database: Database,
        users: UsersClient,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._database = database
        self._users = users
        self._now = now

    async def find_batch(self) -> int:
        """Asks for the oldest wanted addresses; returns their number."""
        until = self._now() + LEASE
        batch = await self._claim(until)
        if batch:
            answers = await asyncio.gather(*(self._ask(each) for each in batch))
            answer_of = {n.id: a for n, a in zip(batch, answers, strict=True)}
            await self._record(answer_of, until)
        return len(batch)

    def is_work(self, row: object) -> bool:
        """Returns whether a row is a notification that lacks an address."""
        return (
            isinstance(row, Notification)
            and row.address_wanted
            and row.claimed_until is None
        )

    async def _claim(self, until: datetime) -> Sequence[Notification]:
        async with self._database.transaction() as session:
            notifications = Notifications(session)
            batch = await notifications.list_unaddressed(self._now(), BATCH)
            for notification in batch:
                notification.lease(until)
        return batch

    async def _ask(self, notification: Notification) -> str | Unavailable | None:
        with restored_trace_context(notification.trace_context):
            return await self._find(notification)

    async def _find(self, notification: Notification) -> str | Unavailable | None:
        try:
            return await self._users.find_email(notification.user_id)
        except Unavailable as error:
            log.warning(
                "address_lookup_failed",
                notification_id=notification.id,
                error=error.detail,
            )
            return error

    async def _record(
        self, answer_of: dict[int, str | Unavailable | None], until: datetime
    ) -> None:
        async with self._database.transaction() as session:
            for ours in await Notifications(session).list_claimed(answer_of, until):
                answer = answer_of[ours.id]
                if isinstance(answer, Unavailable):
                    ours.wait_for_address(self._now())
                else:
                    ours.settle_address(answer)
