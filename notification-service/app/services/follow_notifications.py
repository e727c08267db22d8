"""Follows the changes of a user's notifications, made by any replica.

It reads the database once a second, so that it also finds the changes that a client
missed while it was disconnected.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Self

from app.models.notification import Notification
from app.models.position import Position
from app.repositories.notifications import Notifications
from app.streaming.streams import Streams
from chassis import Database

LOOK_SECONDS = 1.0
# Well below 5 s, which is the longest that a stream may outlive its token.
CONFIRM_SECONDS = 2.0
BATCH = 100


class FollowNotifications:
    """Iterates over the new and changed notifications of one user.

    Args:
        start: the position after which the changes begin.
        confirm: raises if the token is no longer valid or cannot be validated.

    Attributes:
        position: the position of the last yielded change.
    """

    def __init__(
        self,
        database: Database,
        streams: Streams,
        user_id: int,
        start: Position,
        confirm: Callable[[], Awaitable[object]],
    ) -> None:
        self.position = start
        self._database = database
        self._streams = streams
        self._user_id = user_id
        self._confirm = confirm
        self._confirmed_at = time.monotonic()

    @classmethod
    async def starting(
        cls,
        database: Database,
        streams: Streams,
        user_id: int,
        after: Position | None,
        confirm: Callable[[], Awaitable[object]],
    ) -> Self:
        """Begins after the given change, or now.

        A position can be in the future if the database has been restored.
        """
        async with database.transaction() as session:
            present = await Notifications(session).present_position()
        start = present if after is None else min(after, present)
        return cls(database, streams, user_id, start, confirm)

    async def follow(self) -> AsyncIterator[tuple[Position, Notification]]:
        """Yields changes until shutdown; raises errors of `confirm` and of queries."""
        found = 0
        while await self._streams.pause(0 if found == BATCH else LOOK_SECONDS):
            if time.monotonic() - self._confirmed_at >= CONFIRM_SECONDS:
                await self._confirm()
                self._confirmed_at = time.monotonic()
            changed = await self._look()
            for notification in changed:
                self.position = Position(notification.changed_in, notification.id)
                yield self.position, notification
            found = len(changed)

    async def _look(self) -> Sequence[Notification]:
        async with self._database.transaction() as session:
            return await Notifications(session).list_changed(
                self._user_id, self.position, BATCH
            )
