"""Delivers pending notifications: claim, send, record.

The claim is a lease, committed before anything is sent, so that no transaction is open
during a call to a mail server. If a sender crashes, its lease expires, and another
sender sends the notification again, with the same Message-ID.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import get_args

import structlog
from prometheus_client import Counter, Histogram

from app.clients.channel import (
    Channel,
    Deferred,
    Outcome,
    Sent,
    Undeliverable,
    Unreachable,
)
from app.models.claimed_notification import ClaimedNotification
from app.models.notification import Notification, Status
from app.repositories.deliveries import Deliveries
from app.repositories.notifications import Notifications
from chassis import Database, restored_trace_context

log = structlog.get_logger(__name__)

# A batch is sent at once and takes 6 s at most, see `Channel`. The lease is longer, to
# tolerate different clocks, and short enough for another sender to send the
# notifications of a crashed one within 10 s.
BATCH = 10
LEASE = timedelta(seconds=8)

ATTEMPTS = Counter(
    "notification_attempts_total",
    "Attempts to send a notification: sent, undeliverable, deferred by the other"
    " side, or unreachable",
    ["channel", "outcome"],
)
DELAY = Histogram(
    "notification_delay_seconds",
    "Time from an event until its notification was first sent, in seconds",
    ["channel"],
    buckets=(0.5, 1, 2, 5, 10, 30, 60, 300, 3600),
)


def _name(outcome: type[Outcome]) -> str:
    return outcome.__name__.lower()


def _utc_now() -> datetime:
    return datetime.now(UTC)


class DeliverNotifications:
    """Sends due notifications through one channel. Any number of senders can run."""

    def __init__(
        self,
        database: Database,
        channel: Channel,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._database = database
        self._channel = channel
        self._now = now
        # A series that begins at its first notification hides it from Prometheus.
        DELAY.labels(channel.kind.value)
        for outcome in get_args(Outcome):
            ATTEMPTS.labels(channel.kind.value, _name(outcome))

    async def deliver_batch(self) -> int:
        """Sends the oldest due notifications; returns their number."""
        until = self._now() + LEASE
        batch = await self._claim(until)
        if batch:
            delivery = asyncio.create_task(self._deliver(batch, until))
            try:
                await asyncio.shield(delivery)
            except asyncio.CancelledError:
                # Without a record, the notifications would be sent again.
                await delivery
                raise
        return len(batch)

    def is_work(self, row: object) -> bool:
        """Returns whether a row is a notification that this channel is to send."""
        return (
            isinstance(row, Notification)
            and row.status is Status.PENDING
            and row.channel is self._channel.kind
            and not row.address_wanted
            and row.claimed_until is None
        )

    async def _claim(self, until: datetime) -> Sequence[ClaimedNotification]:
        async with self._database.autocommit() as connection:
            return await Deliveries(connection).claim(
                self._channel.kind, self._now(), until, BATCH
            )

    async def _deliver(
        self, batch: Sequence[ClaimedNotification], until: datetime
    ) -> None:
        outcomes = await asyncio.gather(*(self._send(each) for each in batch))
        outcome_of = {n.id: o for n, o in zip(batch, outcomes, strict=True)}
        sent = [each for each in batch if isinstance(outcome_of[each.id], Sent)]
        others = [each for each in batch if each not in sent]
        # Apart, so that a failure of the second is none of those that are recorded.
        await self._record_sent(sent, until)
        await self._record(others, outcome_of, until)

    async def _send(self, notification: ClaimedNotification) -> Outcome:
        with restored_trace_context(notification.trace_context):
            try:
                return await self._channel.send(notification)
            except Exception:  # a bug; after its fix the notification can still be sent
                log.exception("delivery_failed", notification_id=notification.id)
                return Unreachable("internal error")

    async def _record_sent(
        self, sent: Sequence[ClaimedNotification], until: datetime
    ) -> None:
        """Records those whose lease is still ours."""
        if not sent:
            return
        ids = [each.id for each in sent]
        async with self._database.autocommit() as connection:
            ours = await Deliveries(connection).mark_sent(ids, until, self._now())
        for each in sent:
            if each.id in ours:
                self._report(each, Sent(), Status.SENT)

    async def _record(
        self,
        others: Sequence[ClaimedNotification],
        outcome_of: Mapping[int, Outcome],
        until: datetime,
    ) -> None:
        """Records those whose lease is still ours."""
        if not others:
            return
        ids = {each.id for each in others}
        async with self._database.transaction() as session:
            ours = await Notifications(session).list_claimed(ids, until)
            for notification in ours:
                self._apply(outcome_of[notification.id], notification)
        status_of = {notification.id: notification.status for notification in ours}
        for each in others:
            if each.id in status_of:
                self._report(each, outcome_of[each.id], status_of[each.id])

    def _apply(self, outcome: Outcome, notification: Notification) -> None:
        match outcome:
            case Undeliverable(reason):
                notification.mark_failed(reason)
            case Deferred(reason):
                notification.defer(reason, self._now())
            case Unreachable(reason):
                notification.postpone(reason, self._now())

    def _report(
        self, notification: ClaimedNotification, outcome: Outcome, status: Status
    ) -> None:
        name = _name(type(outcome))
        with restored_trace_context(notification.trace_context):
            log.info(
                "notification_attempted",
                notification_id=notification.id,
                channel=notification.channel.value,
                attempt=notification.attempts,
                outcome=name,
                status=status.value,
            )
        ATTEMPTS.labels(notification.channel.value, name).inc()
        event_time = notification.event_time
        if status is Status.SENT and event_time and not notification.resends:
            seconds = (self._now() - event_time).total_seconds()
            DELAY.labels(notification.channel.value).observe(seconds)
