"""The events of user-service. Their schemas are in contracts/events/."""

from typing import ClassVar, Self
from uuid import UUID

from app.models.session import LoginSession
from app.models.user import User
from chassis import EventData


class UserEvent(EventData):
    """The base of all events of this service.

    An event with `must_route` stays in the outbox until a queue is bound for it, since
    its consumers may start later than this service.
    """

    exchange: ClassVar[str] = "user_events"

    user_id: int

    @property
    def subject(self) -> str:
        return f"users/{self.user_id}"


class UserRegistered(UserEvent):
    """A user or an administrator has created an account."""

    type: ClassVar[str] = "user.registered"
    must_route: ClassVar[bool] = True

    username: str
    name: str
    email: str | None

    @classmethod
    def of(cls, user: User) -> Self:
        return cls(
            user_id=user.id,
            username=user.username,
            name=user.full_name or user.username,
            email=user.email,
        )


class EmailChanged(UserEvent):
    """The e-mail address of an account has been changed or removed."""

    type: ClassVar[str] = "user.email_changed"
    must_route: ClassVar[bool] = True

    username: str
    name: str
    old_email: str | None

    @classmethod
    def of(cls, user: User, old_email: str | None) -> Self:
        return cls(
            user_id=user.id,
            username=user.username,
            name=user.full_name or user.username,
            old_email=old_email,
        )


class UserErased(UserEvent):
    """The user's personal data have been erased; consumers must erase their copies."""

    type: ClassVar[str] = "user.erased"
    must_route: ClassVar[bool] = True


class SessionRevoked(UserEvent):
    """A session has ended, and its access tokens are no longer valid."""

    type: ClassVar[str] = "session.revoked"

    sid: UUID

    @classmethod
    def of(cls, session: LoginSession) -> Self:
        return cls(sid=session.id, user_id=session.user_id)
