"""The events that user-service publishes. Their schemas are in contracts/events/."""

from typing import ClassVar, Self
from uuid import UUID

from app.models.session import LoginSession
from app.models.user import User
from chassis import EventData


class UserEvent(EventData):
    """What must route waits for those whom it concerns: they may start only later."""

    exchange: ClassVar[str] = "user_events"

    user_id: int

    @property
    def subject(self) -> str:
        return f"users/{self.user_id}"


class UserRegistered(UserEvent):
    """There is a new account, made by its user or by an administrator."""

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
    """An account has another e-mail address, or none, in place of the old one."""

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
    """The user is to be forgotten: whoever keeps personal data blanks them."""

    type: ClassVar[str] = "user.erased"
    must_route: ClassVar[bool] = True


class SessionRevoked(UserEvent):
    """The access tokens of the session count no more."""

    type: ClassVar[str] = "session.revoked"

    sid: UUID

    @classmethod
    def of(cls, session: LoginSession) -> Self:
        return cls(sid=session.id, user_id=session.user_id)
