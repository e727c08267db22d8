"""A session: one log-in, and the family of refresh tokens that extend it."""

from datetime import datetime, timedelta
from typing import Self
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.errors import RefreshTokenInvalid, RefreshTokenSpent
from chassis import Base

REUSE_WINDOW = timedelta(seconds=10)
MAX_REUSES = 5
LONGEST_AT_PROVIDER = timedelta(hours=10)


class LoginSession(Base):
    """A session, whose id is the `sid` claim of its access tokens.

    The access tokens are valid only while the session is.
    """

    __tablename__ = "sessions"
    __table_args__ = (
        CheckConstraint("expires_at >= created_at", "expires_at"),
        Index(None, "user_id", "number"),
        Index(None, "changed_in", postgresql_where=text("changed_in IS NOT NULL")),
        Index(
            None,
            "provider_session",
            postgresql_where=text("provider_session IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Identity(always=True))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]
    # The transaction that revoked it; a trigger writes it.
    changed_in: Mapped[int | None]
    # The session at an OpenID Connect provider that it ends with.
    provider_session: Mapped[UUID | None]

    @classmethod
    def open(
        cls, user_id: int, now: datetime, provider_session: UUID | None = None
    ) -> Self:
        return cls(
            id=uuid4(),
            user_id=user_id,
            created_at=now,
            expires_at=now,
            provider_session=provider_session,
        )

    @classmethod
    def open_at_provider(
        cls, session_id: UUID, user_id: int, provider_session: UUID, now: datetime
    ) -> Self:
        """Returns a session whose tokens the provider issues."""
        return cls(
            id=session_id,
            user_id=user_id,
            created_at=now,
            expires_at=now,
            provider_session=provider_session,
        )

    def extend(self, expires_at: datetime) -> None:
        """Keeps the session open until its newest token expires."""
        self.expires_at = max(self.expires_at, expires_at)

    def issue_refresh_token(
        self, token_hash: bytes, lifetime: timedelta, now: datetime
    ) -> "RefreshToken":
        """Returns the family's next token; the session expires together with it.

        A session that was begun at a provider is not extended for ever: a provider does
        not say when an account there is deactivated, or loses a role.
        """
        self.expires_at = now + lifetime
        if self.provider_session is not None:
            self.expires_at = min(self.expires_at, self._latest)
        return RefreshToken(
            token_hash=token_hash,
            session=self,
            created_at=now,
            # The table demands a time after `created_at`, whose clock may be ahead of
            # the one that let the last token be spent.
            expires_at=max(self.expires_at, now + timedelta.resolution),
            reuses=0,
        )

    def is_over(self, now: datetime) -> bool:
        """Returns whether no refresh token can extend the session."""
        is_too_old = self.provider_session is not None and now >= self._latest
        return is_too_old or self.revoked_at is not None

    def revoke(self, now: datetime) -> None:
        self.revoked_at = self.revoked_at or now

    @property
    def _latest(self) -> datetime:
        """When a session that was begun at a provider ends."""
        return self.created_at + LONGEST_AT_PROVIDER


class RefreshToken(Base):
    """A refresh token, stored as the SHA-256 of its random secret.

    A copy of the table does not reveal any usable token.
    """

    __tablename__ = "refresh_tokens"
    __table_args__ = (
        CheckConstraint("octet_length(token_hash) = 32", "token_hash"),
        CheckConstraint("expires_at > created_at", "expires_at"),
    )

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    session_id: Mapped[UUID] = mapped_column(
        ForeignKey("sessions.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    spent_at: Mapped[datetime | None]
    reuses: Mapped[int] = mapped_column(default=0, server_default="0")

    session: Mapped[LoginSession] = relationship(lazy="raise")

    def spend(self, now: datetime) -> None:
        """Marks the token as spent, or counts a reuse soon afterwards.

        Two browser tabs may send the same token at once, and a response may be lost.

        Raises:
            RefreshTokenSpent: the token was reused too late or too often.
            RefreshTokenInvalid: the token has expired, or its session has ended.
        """
        if self.session.is_over(now):
            raise RefreshTokenInvalid("the session has ended")
        if self.spent_at is None:
            if self.expires_at <= now:
                raise RefreshTokenInvalid("the refresh token has expired")
            self.spent_at = now
        elif now - self.spent_at <= REUSE_WINDOW and self.reuses < MAX_REUSES:
            self.reuses += 1
        else:
            raise RefreshTokenSpent("the refresh token has been used before")
