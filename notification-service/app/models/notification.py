"""A notification, and what may become of it."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Enum, Identity, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis import Base, Conflict

DEFERRAL_DELAYS = (1, 2, 4)
LONGEST_DELAY = 30
GIVE_UP_AFTER = timedelta(hours=24)


class Status(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


class ChannelKind(StrEnum):
    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"


class NotificationSettled(Conflict):
    """The notification has been sent or has failed; it is not tried any more."""


def _enum(values: type[StrEnum], name: str) -> Enum:
    return Enum(
        values,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=16,
        values_callable=lambda members: [member.value for member in members],
    )


class Notification(Base):
    """What one event has one customer told, through one channel.

    Attributes:
        attempts: how often sending has begun.
        deferrals: how often the channel answered "not now".
        next_attempt_at: when it is due, while pending.
        claimed_until: the lease of the sender that has it in hand; also its token.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        CheckConstraint("deferrals >= 0", name="deferrals_not_negative"),
        CheckConstraint(
            "(status = 'sent') = (sent_at IS NOT NULL)", name="sent_has_a_time"
        ),
        Index("ix_notifications_user_id_id", "user_id", "id"),
        Index("ix_notifications_order_id_id", "order_id", "id"),
        Index(
            "ix_notifications_due",
            "channel",
            "next_attempt_at",
            postgresql_where=text("status = 'pending'"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(unique=True)
    event_type: Mapped[str]
    user_id: Mapped[int]
    order_id: Mapped[int | None]
    channel: Mapped[ChannelKind] = mapped_column(_enum(ChannelKind, "channel"))
    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    body_html: Mapped[str | None]
    status: Mapped[Status] = mapped_column(_enum(Status, "status"))
    attempts: Mapped[int]
    deferrals: Mapped[int]
    error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    sent_at: Mapped[datetime | None]
    next_attempt_at: Mapped[datetime] = mapped_column(server_default=func.now())
    claimed_until: Mapped[datetime | None]

    def __init__(self, **values: Any) -> None:
        super().__init__(
            **{"status": Status.PENDING, "attempts": 0, "deferrals": 0, **values}
        )

    def claim(self, until: datetime) -> None:
        self._must_be_pending()
        self.attempts += 1
        self.claimed_until = until

    def mark_sent(self, now: datetime) -> None:
        self._must_be_pending()
        self.status = Status.SENT
        self.sent_at = now
        self.error = None
        self.claimed_until = None

    def mark_failed(self, reason: str) -> None:
        self._must_be_pending()
        self.status = Status.FAILED
        self.error = reason
        self.claimed_until = None

    def defer(self, reason: str, now: datetime) -> None:
        """The channel answered "not now": a few more attempts, then no more."""
        if self.deferrals == len(DEFERRAL_DELAYS):
            self.mark_failed(reason)
            return
        self._wait(reason, now + timedelta(seconds=DEFERRAL_DELAYS[self.deferrals]))
        self.deferrals += 1

    def postpone(self, reason: str, now: datetime) -> None:
        """The channel did not answer: patience, as it will be back."""
        if now - self.created_at >= GIVE_UP_AFTER:
            self.mark_failed(reason)
            return
        delay = min(2 ** min(self.attempts, 10) // 2, LONGEST_DELAY)
        self._wait(reason, now + timedelta(seconds=delay))

    def _wait(self, reason: str, until: datetime) -> None:
        self._must_be_pending()
        self.error = reason
        self.next_attempt_at = until
        self.claimed_until = None

    def _must_be_pending(self) -> None:
        if self.status is not Status.PENDING:
            raise NotificationSettled(f"notification {self.id} is {self.status}")
