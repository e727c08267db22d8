"""Changes the name and the e-mail address of an account."""

import structlog

from app.events.messages import EmailChanged
from app.models.user import User
from app.repositories.users import Users
from app.schemas.user import ProfileUpdate
from chassis import Events

log = structlog.get_logger(__name__)


class UpdateProfile:
    def __init__(self, users: Users, events: Events) -> None:
        self._users = users
        self._events = events

    async def update(self, user_id: int, change: ProfileUpdate) -> User:
        user = await self._users.get(user_id, for_update=True)
        if "full_name" in change.model_fields_set:
            user.change_full_name(change.full_name)
        if "email" in change.model_fields_set:
            self._change_email(user, change.email)
        await self._users.flush()
        return user

    def _change_email(self, user: User, email: str | None) -> None:
        old_email = user.email
        user.change_email(email)
        if _lower(old_email) != _lower(user.email):
            self._events.add(EmailChanged.of(user, old_email))
            log.info("user_email_changed", user_id=user.id)


def _lower(email: str | None) -> str | None:
    # The database, too, treats addresses that differ only in case as equal.
    return email.lower() if email else None
