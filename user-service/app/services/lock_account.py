"""Locks an account for a change after which it may be inactive or no administrator."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from app.errors import LastAdministrator
from app.models.user import User
from app.repositories.users import Users
from app.services.end_all_sessions import EndAllSessions

log = structlog.get_logger(__name__)


class LockAccount:
    """Keeps the last administrator, and ends the sessions of inactive users."""

    def __init__(self, users: Users, end_all_sessions: EndAllSessions) -> None:
        self._users = users
        self._end_all_sessions = end_all_sessions

    @asynccontextmanager
    async def lock(self, user_id: int) -> AsyncIterator[User]:
        """Locks the user for a change, and then checks and completes the change.

        Locks the administrators too, so that two concurrent changes cannot remove the
        last two.

        Raises:
            LastAdministrator: the change would leave no active administrator.
        """
        administrators = await self._users.lock_administrators()
        user = await self._users.get(user_id, for_update=True)
        was_active, was_administrator = user.is_active, user.is_active_administrator
        yield user
        is_demoted = was_administrator and not user.is_active_administrator
        if is_demoted and len(administrators) == 1:
            raise LastAdministrator("this is the last active administrator")
        await self._users.flush()
        if user.is_active != was_active:
            log.info("user_activation_changed", user_id=user_id, active=user.is_active)
        if not user.is_active:
            await self._end_all_sessions.end(user_id)
