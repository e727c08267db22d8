"""Wakes the streams of users whose notifications change.

Two statements a second serve all streams of the process. If each stream looked for
itself, a thousand idle streams would keep the process busy.
"""

from collections.abc import Sequence

from app.models.position import Position
from app.repositories.changes import Changes
from app.streaming.streams import Streams
from chassis import Database

LOOK_SECONDS = 1.0


class WatchChanges:
    def __init__(self, database: Database, streams: Streams) -> None:
        self._database = database
        self._streams = streams
        # Changes before it have been reported to all streams; None if there were none.
        self._position: Position | None = None

    async def look(self) -> int:
        """Wakes the streams of users with changes since the last look.

        A new stream looks for itself after it is opened. So the users are read after
        the position: what a later user's own first look cannot see is after it.
        """
        if not self._streams.users:
            self._position = None
            return 0
        async with self._database.transaction() as session:
            changes = Changes(session)
            present = await changes.present_position()
            watched = list(self._streams.users)
            changed: Sequence[int] = watched
            if self._position is not None:
                changed = await changes.list_users(watched, self._position, present)
        self._position = present
        self._streams.wake(set(changed))
        # The next look comes after LOOK_SECONDS in any case.
        return 0
