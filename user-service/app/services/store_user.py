"""Stores a new user, and publishes this."""

import structlog

from app.events.messages import UserRegistered
from app.models.user import User
from app.repositories.users import Users
from chassis import Events

log = structlog.get_logger(__name__)


class StoreUser:
    def __init__(self, users: Users, events: Events) -> None:
        self._users = users
        self._events = events

    async def store(self, user: User) -> None:
        """Stores the user and the event; raises like `Users.add`."""
        await self._users.add(user)
        self._events.add(UserRegistered.of(user))
        log.info("user_registered", user_id=user.id, role=user.role)
