"""Changing accounts, and closing them; an active administrator is always left."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import LastAdministrator
from app.events.messages import EmailChanged, UserErased
from app.models.user import User
from app.repositories.known_addresses import KnownAddressRows
from app.repositories.users import Users
from app.schemas.user import ProfileUpdate, UserUpdate
from app.services.end_sessions import EndSessions
from chassis import Outbox

log = structlog.get_logger(__name__)


class Accounts:
    def __init__(
        self, session: AsyncSession, outbox: Outbox, end_sessions: EndSessions
    ) -> None:
        self._session = session
        self._users = Users(session)
        self._outbox = outbox
        self._end_sessions = end_sessions

    async def change_profile(self, user_id: int, change: ProfileUpdate) -> User:
        user = await self._users.get(user_id, for_update=True)
        self._apply_profile(user, change)
        await self._users.flush()
        return user

    async def change(self, user_id: int, change: UserUpdate) -> User:
        async with self._changing(user_id) as user:
            self._apply_profile(user, change)
            given = change.model_fields_set
            if "role" in given and change.role != user.role:
                user.change_role(change.role)
                log.info("user_role_changed", user_id=user_id, role=user.role)
            if "is_active" in given:
                user.activate() if change.is_active else user.deactivate()
        return user

    async def deactivate(self, user_id: int) -> None:
        async with self._changing(user_id) as user:
            user.deactivate()

    async def erase(self, user_id: int) -> None:
        async with self._changing(user_id) as user:
            user.erase(datetime.now(UTC))
            await KnownAddressRows(self._session).delete_all_of(user_id)
            self._outbox.add(self._session, UserErased(user_id=user_id))
            log.info("user_erased", user_id=user_id)

    @asynccontextmanager
    async def _changing(self, user_id: int) -> AsyncIterator[User]:
        """The user, to be changed while no administrator is changed elsewhere."""
        administrators = await self._users.lock_administrators()
        user = await self._users.get(user_id, for_update=True)
        was_active, did_administer = user.is_active, user.administers
        yield user
        if did_administer and not user.administers and len(administrators) == 1:
            raise LastAdministrator("this is the last active administrator")
        await self._users.flush()
        if user.is_active != was_active:
            log.info("user_activity_changed", user_id=user_id, active=user.is_active)
        if not user.is_active:
            await self._end_sessions.all_of(self._session, user_id)

    def _apply_profile(self, user: User, change: ProfileUpdate) -> None:
        if "full_name" in change.model_fields_set:
            user.change_full_name(change.full_name)
        if "email" in change.model_fields_set:
            old_email = user.email
            user.change_email(change.email)
            if _key(old_email) != _key(user.email):
                self._outbox.add(self._session, EmailChanged.of(user, old_email))
                log.info("user_email_changed", user_id=user.id)


def _key(email: str | None) -> str | None:
    """Two addresses that differ in case only are one, as they are for the database."""
    return email.lower() if email else None
