"""Follows the changes of a user's notifications, made by any replica.

It reads the database when it begins, so that it also finds the changes that a client
missed while it was disconnected, and then whenever `WatchChanges` wakes its stream.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Self

from app.models.notification import Notification
from app.models.position import Position
from app.repositories.changes import Changes
from app.streaming.streams import Stream
from chassis import Database

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
        stream: Stream,
        start: Position,
        confirm: Callable[[], Awaitable[object]],
    ) -> None:
        self.position = start
        self._database = database
        self._stream = stream
        self._confirm = confirm
        self._confirmed_at = time.monotonic()

    @classmethod
    async def starting(
        cls,
        database: Database,
        stream: Stream,
        after: Position | None,
        confirm: Callable[[], Awaitable[object]],
    ) -> Self:
        """Begins after the given change, or now.

        A position can be in the future if the database has been restored.
        """
        async with database.transaction() as session:
            present = await Changes(session).present_position()
        start = present if after is None else min(after, present)
        return cls(database, stream, start, confirm)

    async def follow(self) -> AsyncIterator[tuple[Position, Notification]]:
        """Yields changes until shutdown; raises errors of `confirm` and of queries."""
        may_have_changed = True
        while not self._stream.has_ended:
            await self._confirm_if_due()
            if may_have_changed:
                changed = await self._look()
                for notification in changed:
                    self.position = Position(notification.changed_in, notification.id)
                    yield self.position, notification
                if len(changed) == BATCH:
                    continue
            may_have_changed = await self._stream.is_woken_within(CONFIRM_SECONDS)

    async def _confirm_if_due(self) -> None:
        if time.monotonic() - self._confirmed_at >= CONFIRM_SECONDS:
            await self._confirm()
            self._confirmed_at = time.monotonic()

    async def _look(self) -> Sequence[Notification]:
        async with self._database.transaction() as session:
            return await Changes(session).list_after(
                self._stream.user_id, self.position, BATCH
            )
