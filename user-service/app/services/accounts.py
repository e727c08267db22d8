"""Changes, deactivates and erases accounts, but never the last administrator."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import structlog

from app.errors import LastAdministrator
from app.events.messages import EmailChanged, UserErased
from app.models.user import User
from app.repositories.known_addresses import KnownAddressRows
from app.repositories.users import Users
from app.schemas.user import ProfileUpdate, UserUpdate
from app.services.end_sessions import EndSessions
from chassis import Events

log = structlog.get_logger(__name__)


class Accounts:
    def __init__(
        self,
        users: Users,
        known_addresses: KnownAddressRows,
        events: Events,
        end_sessions: EndSessions,
    ) -> None:
        self._users = users
        self._known_addresses = known_addresses
        self._events = events
        self._end_sessions = end_sessions

    async def change_profile(self, user_id: int, change: ProfileUpdate) -> User:
        user = await self._users.get(user_id, for_update=True)
        self._apply_profile(user, change)
        await self._users.flush()
        return user

    async def change(self, user_id: int, change: UserUpdate) -> User:
        async with self._locked(user_id) as user:
            self._apply_profile(user, change)
            given = change.model_fields_set
            if "role" in given and change.role != user.role:
                user.change_role(change.role)
                log.info("user_role_changed", user_id=user_id, role=user.role)
            if "is_active" in given:
                user.activate() if change.is_active else user.deactivate()
        return user

    async def deactivate(self, user_id: int) -> None:
        async with self._locked(user_id) as user:
            user.deactivate()

    async def erase(self, user_id: int) -> None:
        async with self._locked(user_id) as user:
            user.erase(datetime.now(UTC))
            await self._known_addresses.delete_all_of(user_id)
            self._events.add(UserErased(user_id=user_id))
            log.info("user_erased", user_id=user_id)

    @asynccontextmanager
    async def _locked(self, user_id: int) -> AsyncIterator[User]:
        """Locks the user for a change, and then checks and completes the change.

        Locks the administrators too, so that two concurrent changes cannot remove the
        last two. Ends the sessions of a user who is inactive after the change.

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
            await self._end_sessions.end_all_of_user(user_id)

    def _apply_profile(self, user: User, change: ProfileUpdate) -> None:
        if "full_name" in change.model_fields_set:
            user.change_full_name(change.full_name)
        if "email" in change.model_fields_set:
            old_email = user.email
            user.change_email(change.email)
            if _lower(old_email) != _lower(user.email):
                self._events.add(EmailChanged.of(user, old_email))
                log.info("user_email_changed", user_id=user.id)


def _lower(email: str | None) -> str | None:
    # The database, too, treats addresses that differ only in case as equal.
    return email.lower() if email else None
