"""Users of OpenID Connect providers, and what has ended there."""

from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from chassis import Base, NotAuthenticated

# Longer than the age at which tokens are refused anyway.
REVOCATION_KEPT = timedelta(days=31)
LOGOUT_TOKEN_KEPT = timedelta(days=1)


class ProviderIdentity(Base):
    """A user of a provider, by issuer and subject, and the account here.

    It has no account before the first sight of the user, and none after an erasure. The
    next token, if it is issued later, then creates a new account.
    """

    __tablename__ = "provider_identities"
    __table_args__ = (
        CheckConstraint("(user_id IS NULL) <> (detached_at IS NULL)", "detached_at"),
    )

    # A hash of issuer and subject.
    id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), unique=True)
    # Tokens that were issued until then are refused: all, or those without a `sid`.
    revoked_until: Mapped[datetime | None]
    revoked_without_sid_until: Mapped[datetime | None]
    detached_at: Mapped[datetime | None] = mapped_column(index=True)

    @classmethod
    def of(cls, identity_id: UUID, issuer: str, now: datetime) -> Self:
        return cls(id=identity_id, issuer=issuer, detached_at=now)

    def attach(self, user_id: int) -> None:
        self.user_id = user_id
        self.detached_at = None

    def detach(self, now: datetime) -> None:
        """Separates the identity from an account that is being erased."""
        self.user_id = None
        self.detached_at = now
        self.revoke_until(now)

    def revoke_until(self, moment: datetime) -> None:
        self.revoked_until = max(moment, self.revoked_until or moment)

    def revoke_without_sid_until(self, moment: datetime) -> None:
        earlier = self.revoked_without_sid_until
        self.revoked_without_sid_until = max(moment, earlier or moment)

    def require_not_revoked(self, issued_at: float, *, has_sid: bool) -> None:
        """Compares whole seconds, as tokens do: the second of a revocation is revoked.

        Raises:
            NotAuthenticated: the token was issued before a log-out or an erasure.
        """
        limits = [self.revoked_until]
        if not has_sid:
            limits.append(self.revoked_without_sid_until)
        if any(limit and issued_at <= int(limit.timestamp()) for limit in limits):
            raise NotAuthenticated("the access token has been revoked")


class EndedProviderSession(Base):
    """A session that the provider has ended, even if it was never seen here."""

    __tablename__ = "ended_provider_sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    ended_at: Mapped[datetime] = mapped_column(index=True)


class UsedLogoutToken(Base):
    """A logout token that has been received, by issuer and `jti`."""

    __tablename__ = "used_logout_tokens"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    used_at: Mapped[datetime] = mapped_column(index=True)
