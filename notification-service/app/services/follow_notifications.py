"""Following what becomes of one's notifications, wherever it is that they change.

The database is looked at once a second: it knows what any replica did, and what was
missed while nobody was looking.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Self

from app.models.notification import Notification
from app.models.position import Position
from app.repositories.notifications import Notifications
from app.services.streams import Streams
from chassis import Database

LOOK_SECONDS = 1.0
# Well below 5 s: for so long may a stream outlive its token.
CONFIRM_SECONDS = 2.0
BATCH = 100


class FollowNotifications:
    """Tells one user of new and changed notifications.

    Args:
        start: the last change that is not to be told.
        confirm: raises when the user is not signed in any more, or nobody can say.

    Attributes:
        position: the last change that was told.
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

        A change from the future is one of a database that has been restored since.
        """
        async with database.transaction() as session:
            present = await Notifications(session).present_position()
        start = present if after is None else min(after, present)
        return cls(database, streams, user_id, start, confirm)

    async def __aiter__(self) -> AsyncIterator[tuple[Position, Notification]]:
        """Ends at shutdown; raises what `confirm` or the database does."""
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
