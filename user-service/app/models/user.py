"""A user of the platform."""

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Self

from sqlalchemy import CheckConstraint, Enum, Identity, Index, String, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.errors import AccountErased, UsernameTaken
from chassis import Base


class Role(StrEnum):
    CUSTOMER = "customer"
    ADMIN = "admin"


# Looks like a hash of bcrypt's, and is that of no known password.
NO_PASSWORD_HASH = "$2b$12$" + "." * 53
USERNAME_PATTERN = r"^[A-Za-z0-9._-]{3,50}$"


class User(Base):
    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint(f"username ~ '{USERNAME_PATTERN}'", "username"),
        CheckConstraint('username_key = lower(username COLLATE "C")', "username_key"),
        CheckConstraint("role IN ('customer', 'admin')", "role"),
        CheckConstraint(
            "CASE WHEN erased_at IS NULL THEN password_hash IS NOT NULL ELSE"
            " NOT is_active AND num_nulls(email, full_name, password_hash) = 3 END",
            "erased_at",
        ),
        Index("uq_users_email", text("lower(email)"), unique=True),
        Index(None, "changed_in", postgresql_where=text("changed_in IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    username: Mapped[str] = mapped_column(String(50))
    username_key: Mapped[str] = mapped_column(String(50), unique=True)
    email: Mapped[str | None] = mapped_column(String(254))
    full_name: Mapped[str | None] = mapped_column(String(255))
    password_hash: Mapped[str | None] = mapped_column(String(60))
    # Shorter than the chassis' enumerations, because the column is older than they are.
    role: Mapped[Role] = mapped_column(
        Enum(Role, native_enum=False, length=8, values_callable=list)
    )
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(
        server_default=func.now(), onupdate=lambda: datetime.now(UTC)
    )
    erased_at: Mapped[datetime | None]
    # The transaction that changed it last; a trigger writes it.
    changed_in: Mapped[int | None]

    @classmethod
    def register(
        cls,
        username: str,
        password_hash: str,
        email: str | None = None,
        full_name: str | None = None,
        role: Role = Role.CUSTOMER,
    ) -> Self:
        if re.fullmatch("erased-[0-9]+", username_key(username)):
            raise UsernameTaken("this username is reserved for erased accounts")
        return cls(
            username=username,
            username_key=username_key(username),
            password_hash=password_hash,
            email=email,
            full_name=full_name,
            role=role,
        )

    @classmethod
    def register_without_password(
        cls, username: str, email: str | None, full_name: str | None, role: Role
    ) -> Self:
        """Returns a user who can log in at an OpenID Connect provider only."""
        return cls.register(username, NO_PASSWORD_HASH, email, full_name, role)

    @property
    def is_active_administrator(self) -> bool:
        return self.is_active and self.role == Role.ADMIN

    def change_email(self, email: str | None) -> None:
        self._require_not_erased()
        self.email = email

    def change_full_name(self, full_name: str | None) -> None:
        self._require_not_erased()
        self.full_name = full_name

    def change_password(self, password_hash: str) -> None:
        self._require_not_erased()
        self.password_hash = password_hash

    def change_role(self, role: Role) -> None:
        self._require_not_erased()
        self.role = role

    def activate(self) -> None:
        self._require_not_erased()
        self.is_active = True

    def deactivate(self) -> None:
        self.is_active = False

    def erase(self, now: datetime) -> None:
        """Erases the personal data; references to the account's id stay valid."""
        self._require_not_erased()
        self.username = self.username_key = f"erased-{self.id}"
        self.email = self.full_name = self.password_hash = None
        self.is_active = False
        self.erased_at = now

    def _require_not_erased(self) -> None:
        if self.erased_at is not None:
            raise AccountErased("the account has been erased", user_id=self.id)


def username_key(username: str) -> str:
    """Returns the form in which usernames are unique, in lower case."""
    return username.lower()
