"""A user of the platform."""

from datetime import datetime
from typing import Literal, Self

from sqlalchemy import CheckConstraint, Identity, Index, String, func, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis import Base, NotFound, Refused

Role = Literal["customer", "admin"]

USERNAME_PATTERN = r"^[A-Za-z0-9._-]{3,50}$"


class UserNotFound(NotFound):
    """There is no user with this id."""


class UsernameTaken(Refused):
    """Another user has this name, whatever its case."""


class EmailTaken(Refused):
    """Another user has this e-mail address."""


class User(Base):
    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint(f"username ~ '{USERNAME_PATTERN}'", "username"),
        CheckConstraint('username_key = lower(username COLLATE "C")', "username_key"),
        CheckConstraint("role IN ('customer', 'admin')", "role"),
        Index("uq_users_email", text("lower(email)"), unique=True),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    username: Mapped[str] = mapped_column(String(50))
    username_key: Mapped[str] = mapped_column(String(50), unique=True)
    email: Mapped[str | None] = mapped_column(String(254))
    full_name: Mapped[str | None] = mapped_column(String(255))
    password_hash: Mapped[str] = mapped_column(String(60))
    role: Mapped[Role]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    @classmethod
    def register(
        cls,
        username: str,
        password_hash: str,
        email: str | None = None,
        full_name: str | None = None,
        role: Role = "customer",
    ) -> Self:
        return cls(
            username=username,
            username_key=username_key(username),
            password_hash=password_hash,
            email=email,
            full_name=full_name,
            role=role,
        )


def username_key(username: str) -> str:
    """What makes a username unique: its letters, whatever their case."""
    return username.lower()
