"""A notification and its states."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Identity, Index, false, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.errors import (
    NotificationErased,
    NotificationPending,
    NotificationSettled,
)
from chassis import Base, current_trace_context

DEFERRAL_DELAYS = (1, 2, 4)
LONGEST_DELAY = 30
GIVE_UP_AFTER = timedelta(hours=24)
ASK_AGAIN_AFTER = timedelta(seconds=5)

# The transaction that writes the row: see `Notification.changed_in`.
THIS_TRANSACTION = text("pg_current_xact_id()::text::bigint")


class Status(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


class ChannelKind(StrEnum):
    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"


class Notification(Base):
    """The message to one user about one event, through one channel.

    Attributes:
        event_time: the time of the event; None if stored before revision 0003.
        address_wanted: whether user-service must still be asked for the user's e-mail
            address; until then the channel is push.
        resends: how often an administrator has resent it.
        attempts: how often sending has begun since it became pending.
        deferrals: how often the channel refused it temporarily.
        pending_since: the time of its creation or of the last resend.
        next_attempt_at: the time of the next attempt, while pending.
        claimed_until: the end of a worker's lease, which also identifies the lease.
        erased_at: the time at which recipient and texts were blanked.
        trace_context: the trace of the event, or of the last resend.
        changed_in: the id of the transaction of its last change. Streams cannot use a
            time, because a transaction that began early may commit late.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        CheckConstraint("channel IN ('email', 'sms', 'push')", name="channel"),
        CheckConstraint("status IN ('pending', 'sent', 'failed')", name="status"),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        CheckConstraint("deferrals >= 0", name="deferrals_not_negative"),
        CheckConstraint(
            "(status = 'sent') = (sent_at IS NOT NULL)", name="sent_has_a_time"
        ),
        CheckConstraint(
            "erased_at IS NULL OR (status <> 'pending' AND recipient = ''"
            " AND subject = '' AND body = '' AND body_html IS NULL)",
            name="erased_is_blank",
        ),
        Index("ix_notifications_user_id_id", "user_id", "id"),
        Index("ix_notifications_user_id_changed_in_id", "user_id", "changed_in", "id"),
        Index("ix_notifications_order_id_id", "order_id", "id"),
        Index(
            "ix_notifications_due",
            "channel",
            "next_attempt_at",
            postgresql_where=text("status = 'pending'"),
        ),
        Index(
            "ix_notifications_unaddressed",
            "next_attempt_at",
            postgresql_where=text("address_wanted"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(unique=True)
    event_type: Mapped[str]
    event_time: Mapped[datetime | None]
    user_id: Mapped[int]
    order_id: Mapped[int | None]
    channel: Mapped[ChannelKind]
    recipient: Mapped[str]
    address_wanted: Mapped[bool] = mapped_column(server_default=false())
    subject: Mapped[str]
    body: Mapped[str]
    body_html: Mapped[str | None]
    status: Mapped[Status]
    resends: Mapped[int] = mapped_column(server_default="0")
    attempts: Mapped[int]
    deferrals: Mapped[int]
    error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    sent_at: Mapped[datetime | None]
    pending_since: Mapped[datetime] = mapped_column(server_default=func.now())
    next_attempt_at: Mapped[datetime] = mapped_column(server_default=func.now())
    claimed_until: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    trace_context: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    changed_in: Mapped[int] = mapped_column(
        server_default=THIS_TRANSACTION, onupdate=THIS_TRANSACTION
    )

    def __init__(self, **values: Any) -> None:
        fresh: dict[str, Any] = {
            "address_wanted": False,
            "status": Status.PENDING,
            "resends": 0,
            "attempts": 0,
            "deferrals": 0,
            "trace_context": current_trace_context(),
        }
        super().__init__(**fresh | values)

    def lease(self, until: datetime) -> None:
        self._require_pending()
        self.claimed_until = until

    def settle_address(self, email: str | None) -> None:
        """Stores the user's address, if there is one, and makes it ready to be sent."""
        self._require_pending()
        self.address_wanted = False
        self.claimed_until = None
        if email:
            self.channel = ChannelKind.EMAIL
            self.recipient = email

    def wait_for_address(self, now: datetime) -> None:
        """Asks again later; after 24 hours it is sent as a push."""
        if now - self.pending_since >= GIVE_UP_AFTER:
            self.settle_address(None)
            return
        self.next_attempt_at = now + ASK_AGAIN_AFTER
        self.claimed_until = None

    def resend(self, now: datetime) -> None:
        """Makes it pending again, without earlier attempts."""
        if self.status is Status.PENDING:
            raise NotificationPending(f"notification {self.id} is not sent yet")
        if self.erased_at is not None:
            raise NotificationErased(f"notification {self.id} is erased")
        self.status = Status.PENDING
        self.resends += 1
        self.attempts = self.deferrals = 0
        self.error = self.sent_at = None
        self.pending_since = self.next_attempt_at = now
        self.trace_context = current_trace_context()

    def mark_failed(self, reason: str) -> None:
        self._require_pending()
        self.status = Status.FAILED
        self.error = reason
        self.claimed_until = None

    def defer(self, reason: str, now: datetime) -> None:
        """Waits after a temporary refusal; fails after a few attempts."""
        if self.deferrals == len(DEFERRAL_DELAYS):
            self.mark_failed(reason)
            return
        self._wait(reason, now + timedelta(seconds=DEFERRAL_DELAYS[self.deferrals]))
        self.deferrals += 1

    def postpone(self, reason: str, now: datetime) -> None:
        """Waits while the channel does not respond; fails after 24 hours."""
        if now - self.pending_since >= GIVE_UP_AFTER:
            self.mark_failed(reason)
            return
        delay = min(2 ** min(self.attempts, 10) // 2, LONGEST_DELAY)
        self._wait(reason, now + timedelta(seconds=delay))

    def _wait(self, reason: str, until: datetime) -> None:
        self._require_pending()
        self.error = reason
        self.next_attempt_at = until
        self.claimed_until = None

    def _require_pending(self) -> None:
        if self.status is not Status.PENDING:
            raise NotificationSettled(f"notification {self.id} is {self.status}")
