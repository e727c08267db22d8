"""Follows which sessions change, so that the validations of all others stay usable."""

import asyncio
import contextvars
from collections.abc import Callable, Collection
from http import HTTPStatus
from uuid import UUID

from pydantic import BaseModel

from chassis._deadline import Deadline
from chassis._errors import Unavailable
from chassis._peers.errors import PeerFailed
from chassis._peers.peer import Peer

# In seconds. Two requests fit into the time for which the first one counts.
POLL_INTERVAL = 0.4
POLL_SECONDS = 0.8
# With fewer validations, a request about all of them would cost more than it saves.
USES_FOR_POLL = 8
# After a longer pause, nothing that the cursor is for is usable any longer.
CURSOR_SECONDS = 30.0


class _Changes(BaseModel):
    cursor: int
    all_changed: bool
    session_ids: frozenset[UUID]


class TokenChanges:
    """Asks user-service for changed sessions, as long as tokens are being validated.

    Each poll continues where the last response ended, so that no change is missed in
    between. Nothing is polled without traffic. After a failed poll, validations are no
    longer confirmed, and are asked for one by one.

    Args:
        forget: called with the changed sessions; None means that any session may have
            changed.

    Attributes:
        polls: the number of responses so far.
        confirmed_at: when the request of the last response was sent.
    """

    def __init__(
        self, users: Peer, forget: Callable[[Collection[UUID] | None], None]
    ) -> None:
        self._users = users
        self._forget = forget
        self._cursor: int | None = None
        self._uses = 0
        self._polled_at = -CURSOR_SECONDS
        self._polling: asyncio.Task[None] | None = None
        self.polls = 0
        self.confirmed_at = -CURSOR_SECONDS

    def note_use(self, now: float) -> None:
        """Counts a validation, and polls in the background if a poll is due."""
        self._uses += 1
        if self._uses < USES_FOR_POLL or now - self._polled_at < POLL_INTERVAL:
            return
        if self._polling is not None and not self._polling.done():
            return
        self._uses, self._polled_at = 0, now
        # The task outlives the current request, and does not belong to its trace.
        self._polling = asyncio.create_task(
            self._poll(now), context=contextvars.Context()
        )

    async def _poll(self, now: float) -> None:
        if now - self.confirmed_at > CURSOR_SECONDS:
            self._cursor = None
        since = {} if self._cursor is None else {"since": self._cursor}
        try:
            # The next poll is the retry.
            response = await self._users.call_aside(
                "GET", "/token-changes", Deadline.after(POLL_SECONDS), params=since
            )
            if response.status_code != HTTPStatus.OK:
                raise PeerFailed(f"user-service answered {response.status_code}")
            changes = self._users.read(response, _Changes)
        except Unavailable:
            return
        self._cursor = changes.cursor
        self.confirmed_at = now
        self.polls += 1
        self._forget(None if changes.all_changed else changes.session_ids)
