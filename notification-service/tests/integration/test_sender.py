"""Claim, send, record: on a real database, with a channel and a clock of the test's."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from structlog.contextvars import bound_contextvars, get_contextvars

from app.clients.channel import (
    Deferred,
    LogChannel,
    Outcome,
    Undeliverable,
    Unreachable,
)
from app.clients.smtp import SmtpChannel
from app.config.settings import MailServer
from app.main import LONGEST_WAIT, SHORTEST_WAIT
from app.models.claimed_notification import ClaimedNotification
from app.models.notification import ChannelKind, Status
from app.repositories.notifications import Notifications
from app.services.deliver_notifications import DeliverNotifications
from chassis import Database, DatabaseUnavailable
from chassis._workers import Pauses
from chassis.testing import metric
from tests.factories.notifications import NOON, SECOND, a_notification, store, stored
from tests.fake_channel import Clock, FakeChannel, failing
from tests.mail_sink import MailSink


async def test_accepted_notification_is_sent(database: Database, clock: Clock) -> None:
    await store(database, a_notification(error="451 later"))
    assert (
        await DeliverNotifications(database, FakeChannel(), clock).deliver_batch() == 1
    )

    [notification] = await stored(database)
    assert notification.status is Status.SENT
    assert notification.sent_at == NOON
    assert notification.error is None
    assert notification.attempts == 1
    assert notification.claimed_until is None


@pytest.mark.parametrize(
    ("channel", "outcome"),
    [
        (FakeChannel(), "sent"),
        (failing(Undeliverable("no such box")), "undeliverable"),
        (failing(Deferred("not now")), "deferred"),
        (failing(Unreachable("no answer")), "unreachable"),
    ],
)
async def test_outcome_of_attempt_is_counted(
    database: Database, clock: Clock, channel: FakeChannel, outcome: str
) -> None:
    labels = {"channel": "email", "outcome": outcome}
    before = metric("notification_attempts_total", **labels)
    await store(database, a_notification())
    await DeliverNotifications(database, channel, clock).deliver_batch()
    assert metric("notification_attempts_total", **labels) == before + 1


async def test_delay_from_event_to_sending_is_measured(
    database: Database, clock: Clock
) -> None:
    late = metric("notification_delay_seconds_sum", channel="email")
    await store(database, a_notification(event_time=NOON - 7 * SECOND))
    await DeliverNotifications(database, FakeChannel(), clock).deliver_batch()
    assert metric("notification_delay_seconds_sum", channel="email") == late + 7


async def test_resend_does_not_count_as_delay(database: Database, clock: Clock) -> None:
    before = metric("notification_delay_seconds_count", channel="email")
    again = a_notification(event_time=NOON - timedelta(days=1), resends=1)
    await store(database, again)
    await DeliverNotifications(database, FakeChannel(), clock).deliver_batch()
    assert metric("notification_delay_seconds_count", channel="email") == before


async def test_sent_notification_is_not_sent_again(
    database: Database, clock: Clock
) -> None:
    await store(database, a_notification())
    channel = FakeChannel()
    await DeliverNotifications(database, channel, clock).deliver_batch()
    assert await DeliverNotifications(database, channel, clock).deliver_batch() == 0
    assert len(channel.sent) == 1


async def test_channel_sends_only_its_own_notifications(
    database: Database, clock: Clock
) -> None:
    await store(database, a_notification(), a_notification(channel=ChannelKind.PUSH))
    await DeliverNotifications(database, LogChannel(), clock).deliver_batch()
    statuses = [notification.status for notification in await stored(database)]
    assert statuses == [Status.PENDING, Status.SENT]


async def test_notification_waits_until_due(database: Database, clock: Clock) -> None:
    await store(database, a_notification(next_attempt_at=NOON + SECOND))
    sender = DeliverNotifications(database, FakeChannel(), clock)
    assert await sender.deliver_batch() == 0
    clock.now += SECOND
    assert await sender.deliver_batch() == 1


@pytest.mark.parametrize(
    ("outcome", "status", "next_attempt_at"),
    [
        (Undeliverable("550 no such user"), Status.FAILED, NOON),
        (Deferred("451 later"), Status.PENDING, NOON + SECOND),
        (Unreachable("no mail server"), Status.PENDING, NOON + SECOND),
    ],
)
async def test_refused_notification_keeps_reason(
    database: Database,
    clock: Clock,
    outcome: Undeliverable | Deferred | Unreachable,
    status: Status,
    next_attempt_at: datetime,
) -> None:
    await store(database, a_notification())
    await DeliverNotifications(database, failing(outcome), clock).deliver_batch()

    [notification] = await stored(database)
    assert notification.status is status
    assert notification.error == outcome.reason
    assert notification.next_attempt_at == next_attempt_at


async def test_deferred_notification_fails_within_10_seconds(
    database: Database, clock: Clock
) -> None:
    await store(database, a_notification())
    sender = DeliverNotifications(database, failing(Deferred("451 later")), clock)
    pauses = Pauses(SHORTEST_WAIT, LONGEST_WAIT)
    while (await stored(database))[0].status is Status.PENDING:
        # As the worker does it.
        if await sender.deliver_batch():
            pauses.restart()
        clock.now += pauses.next() * SECOND
    [notification] = await stored(database)
    assert (notification.status, notification.attempts) == (Status.FAILED, 4)
    assert clock.now < NOON + 10 * SECOND


async def test_outcomes_of_one_batch_are_recorded_one_by_one(
    database: Database, clock: Clock
) -> None:
    async def refuse_the_second(notification: ClaimedNotification) -> Outcome | None:
        return Undeliverable("550 no such user") if notification.id == 2 else None

    await store(database, *(a_notification() for _ in range(3)))
    channel = FakeChannel(refuse_the_second)
    assert await DeliverNotifications(database, channel, clock).deliver_batch() == 3
    statuses = [notification.status for notification in await stored(database)]
    assert statuses == [Status.SENT, Status.FAILED, Status.SENT]


async def test_sent_mail_counts_if_other_outcomes_cannot_be_recorded(
    database: Database,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def refuse_the_second(notification: ClaimedNotification) -> Outcome | None:
        return Undeliverable("550 no such user") if notification.id == 2 else None

    async def fail(*_: Any) -> None:
        raise DatabaseUnavailable("the connection is lost")

    await store(database, a_notification(), a_notification())
    monkeypatch.setattr(Notifications, "list_claimed", fail)
    deliver = DeliverNotifications(database, FakeChannel(refuse_the_second), clock)
    labels = {"channel": "email", "outcome": "sent"}
    before = metric("notification_attempts_total", **labels)
    with pytest.raises(DatabaseUnavailable):
        await deliver.deliver_batch()
    assert metric("notification_attempts_total", **labels) == before + 1


async def test_claim_and_delivery_are_changes_for_streams(
    database: Database, clock: Clock
) -> None:
    changes = []

    async def look(_: ClaimedNotification) -> None:
        changes.extend([each.changed_in for each in await stored(database)])

    await store(database, a_notification())
    changes.extend([each.changed_in for each in await stored(database)])
    await DeliverNotifications(database, FakeChannel(look), clock).deliver_batch()
    changes.extend([each.changed_in for each in await stored(database)])
    assert len(set(changes)) == 3


async def test_bug_in_one_delivery_does_not_block_others(
    database: Database, clock: Clock
) -> None:
    async def break_over_the_first(notification: ClaimedNotification) -> None:
        if notification.id == 1:
            raise ZeroDivisionError

    await store(database, a_notification(), a_notification())
    await DeliverNotifications(
        database, FakeChannel(break_over_the_first), clock
    ).deliver_batch()
    broken, other = await stored(database)
    assert (broken.status, broken.error) == (Status.PENDING, "internal error")
    assert other.status is Status.SENT


async def test_resent_mail_has_another_message_id(
    database: Database, clock: Clock, sink: MailSink, mail_server: MailServer
) -> None:
    await store(database, a_notification())
    sender = DeliverNotifications(database, SmtpChannel(mail_server), clock)
    await sender.deliver_batch()
    async with database.transaction() as session:
        (await Notifications(session).get(1)).resend(clock.now)
    await sender.deliver_batch()

    [notification] = await stored(database)
    assert (notification.status, notification.attempts) == (Status.SENT, 1)
    first, second = sink.message_ids
    assert first == f"<{notification.event_id}@example.com>"
    assert second == f"<{notification.event_id}.1@example.com>"


async def test_sending_continues_trace_of_request(
    database: Database, clock: Clock
) -> None:
    asked_by = []

    async def look(_: ClaimedNotification) -> None:
        asked_by.append(get_contextvars().get("request_id"))

    with bound_contextvars(request_id="orders"):
        await store(database, a_notification())
    await store(database, a_notification())
    sender = DeliverNotifications(database, FakeChannel(look), clock)
    await sender.deliver_batch()
    with bound_contextvars(request_id="resends"):
        async with database.transaction() as session:
            (await Notifications(session).get(1)).resend(clock.now)
    await sender.deliver_batch()
    assert asked_by == ["orders", None, "resends"]


async def test_notification_without_address_lookup_is_not_pushed(
    database: Database, clock: Clock
) -> None:
    await store(database, a_notification(channel=ChannelKind.PUSH, address_wanted=True))
    assert (
        await DeliverNotifications(database, LogChannel(), clock).deliver_batch() == 0
    )
