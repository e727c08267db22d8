"""Claim, send, record: on a real database, with a channel and a clock of the test's."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import ClassVar

import pytest
from sqlalchemy import select, text

from app.clients.channel import Deferred, LogChannel, Undeliverable, Unreachable
from app.clients.smtp import SmtpChannel
from app.config.settings import MailServer
from app.models import Notification
from app.models.notification import ChannelKind, Status
from app.repositories.notifications import Notifications
from app.services.deliver import LEASE, Sender
from chassis import Database
from chassis.testing import metric
from tests.factories.notifications import NOON, a_notification
from tests.mail_sink import MailSink

SECOND = timedelta(seconds=1)


class FakeChannel:
    """Remembers what it sent, after having done what the test wants."""

    kind: ClassVar[ChannelKind] = ChannelKind.EMAIL

    def __init__(
        self, behaviour: Callable[[Notification], Awaitable[None]] | None = None
    ) -> None:
        self.sent: list[int] = []
        self._behaviour = behaviour

    async def send(self, notification: Notification) -> None:
        if self._behaviour is not None:
            await self._behaviour(notification)
        self.sent.append(notification.id)


def failing(error: Exception) -> FakeChannel:
    async def fail(_: Notification) -> None:
        raise error

    return FakeChannel(fail)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def store(database: Database, *notifications: Notification) -> None:
    async with database.transaction() as session:
        session.add_all(notifications)


async def stored(database: Database) -> list[Notification]:
    async with database.transaction() as session:
        return list(
            await session.scalars(select(Notification).order_by(Notification.id))
        )


async def test_what_was_taken_is_recorded_as_sent(
    database: Database, clock: Clock
) -> None:
    await store(database, a_notification())
    assert await Sender(database, FakeChannel(), clock).send_batch() == 1

    [notification] = await stored(database)
    assert notification.status is Status.SENT
    assert notification.sent_at == NOON
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
async def test_how_an_attempt_ended_is_counted(
    database: Database, clock: Clock, channel: FakeChannel, outcome: str
) -> None:
    labels = {"channel": "email", "outcome": outcome}
    before = metric("notification_attempts_total", **labels)
    await store(database, a_notification())
    await Sender(database, channel, clock).send_batch()
    assert metric("notification_attempts_total", **labels) == before + 1


async def test_the_time_from_event_to_sending_is_measured(
    database: Database, clock: Clock
) -> None:
    late = metric("notification_delay_seconds_sum", channel="email")
    await store(database, a_notification(event_time=NOON - 7 * SECOND))
    await Sender(database, FakeChannel(), clock).send_batch()
    assert metric("notification_delay_seconds_sum", channel="email") == late + 7


async def test_sending_again_is_no_delay_of_the_event(
    database: Database, clock: Clock
) -> None:
    before = metric("notification_delay_seconds_count", channel="email")
    again = a_notification(event_time=NOON - timedelta(days=1), resends=1)
    await store(database, again)
    await Sender(database, FakeChannel(), clock).send_batch()
    assert metric("notification_delay_seconds_count", channel="email") == before


async def test_what_was_sent_is_not_sent_again(
    database: Database, clock: Clock
) -> None:
    await store(database, a_notification())
    channel = FakeChannel()
    await Sender(database, channel, clock).send_batch()
    assert await Sender(database, channel, clock).send_batch() == 0
    assert len(channel.sent) == 1


async def test_each_channel_sends_only_its_own(
    database: Database, clock: Clock
) -> None:
    await store(database, a_notification(), a_notification(channel=ChannelKind.PUSH))
    await Sender(database, LogChannel(), clock).send_batch()
    statuses = [notification.status for notification in await stored(database)]
    assert statuses == [Status.PENDING, Status.SENT]


async def test_what_is_not_due_yet_waits(database: Database, clock: Clock) -> None:
    await store(database, a_notification(next_attempt_at=NOON + SECOND))
    sender = Sender(database, FakeChannel(), clock)
    assert await sender.send_batch() == 0
    clock.now += SECOND
    assert await sender.send_batch() == 1


@pytest.mark.parametrize(
    ("error", "status", "next_attempt_at"),
    [
        (Undeliverable("550 no such user"), Status.FAILED, NOON),
        (Deferred("451 later"), Status.PENDING, NOON + SECOND),
        (Unreachable("no mail server"), Status.PENDING, NOON + SECOND),
    ],
)
async def test_what_was_not_taken_is_recorded_with_its_reason(
    database: Database,
    clock: Clock,
    error: Undeliverable | Deferred | Unreachable,
    status: Status,
    next_attempt_at: datetime,
) -> None:
    await store(database, a_notification())
    await Sender(database, failing(error), clock).send_batch()

    [notification] = await stored(database)
    assert notification.status is status
    assert notification.error == error.detail
    assert notification.next_attempt_at == next_attempt_at


async def test_a_mistake_of_ours_does_not_keep_others_from_being_sent(
    database: Database, clock: Clock
) -> None:
    async def break_over_the_first(notification: Notification) -> None:
        if notification.id == 1:
            raise ZeroDivisionError

    await store(database, a_notification(), a_notification())
    await Sender(database, FakeChannel(break_over_the_first), clock).send_batch()
    broken, other = await stored(database)
    assert (broken.status, broken.error) == (Status.PENDING, "internal error")
    assert other.status is Status.SENT


async def test_two_senders_at_once_send_each_notification_once(
    database: Database, clock: Clock
) -> None:
    await store(database, *(a_notification() for _ in range(30)))
    channel = FakeChannel()

    async def send_all() -> None:
        while await Sender(database, channel, clock).send_batch():
            pass

    await asyncio.gather(send_all(), send_all(), send_all())
    assert sorted(channel.sent) == list(range(1, 31))


async def test_no_transaction_is_open_while_sending(
    database: Database, clock: Clock
) -> None:
    open_transactions: list[int] = []

    async def look(_: Notification) -> None:
        async with database.reading() as connection:
            count = await connection.scalar(
                text(
                    "SELECT count(*) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND xact_start IS NOT NULL"
                    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
                )
            )
        open_transactions.append(count)

    await store(database, a_notification())
    await Sender(database, FakeChannel(look), clock).send_batch()
    assert open_transactions == [0]


class Killed(BaseException):
    """Nothing catches it: the process is gone."""


class DyingChannel(SmtpChannel):
    async def send(self, notification: Notification) -> None:
        await super().send(notification)
        raise Killed


async def test_after_a_crash_the_same_message_is_sent_again_once_its_lease_is_over(
    database: Database, clock: Clock, sink: MailSink, mail_server: MailServer
) -> None:
    await store(database, a_notification())
    with pytest.raises(Killed):
        await Sender(database, DyingChannel(mail_server), clock).send_batch()
    survivor = Sender(database, SmtpChannel(mail_server), clock)

    clock.now += LEASE - SECOND
    assert await survivor.send_batch() == 0
    clock.now += SECOND
    assert await survivor.send_batch() == 1

    first, second = sink.message_ids
    assert first == second
    [notification] = await stored(database)
    assert (notification.status, notification.attempts) == (Status.SENT, 2)


async def test_what_a_dead_sender_had_in_hand_is_sent_within_ten_seconds(
    database: Database, clock: Clock, mail_server: MailServer
) -> None:
    await store(database, a_notification())
    with pytest.raises(Killed):
        await Sender(database, DyingChannel(mail_server), clock).send_batch()
    clock.now += 9 * SECOND
    assert await Sender(database, SmtpChannel(mail_server), clock).send_batch() == 1


async def test_a_sender_that_lost_its_lease_records_nothing(
    database: Database, clock: Clock
) -> None:
    async def be_overtaken(_: Notification) -> None:
        clock.now += LEASE
        overtaker = Sender(database, failing(Deferred("451 later")), clock)
        await overtaker.send_batch()
        raise Undeliverable("too late to be true")

    await store(database, a_notification())
    await Sender(database, FakeChannel(be_overtaken), clock).send_batch()
    [notification] = await stored(database)
    assert notification.status is Status.PENDING
    assert notification.error == "451 later"


async def test_a_sender_that_is_stopped_records_what_is_on_its_way(
    database: Database, clock: Clock
) -> None:
    sending, go_on = asyncio.Event(), asyncio.Event()

    async def wait(_: Notification) -> None:
        sending.set()
        await go_on.wait()

    await store(database, a_notification())
    batch = asyncio.create_task(Sender(database, FakeChannel(wait), clock).send_batch())
    await sending.wait()
    batch.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await batch
    [notification] = await stored(database)
    assert notification.status is Status.SENT


async def test_what_is_to_arrive_again_is_no_repeat_to_the_mail_systems_on_its_way(
    database: Database, clock: Clock, sink: MailSink, mail_server: MailServer
) -> None:
    await store(database, a_notification())
    sender = Sender(database, SmtpChannel(mail_server), clock)
    await sender.send_batch()
    async with database.transaction() as session:
        (await Notifications(session).get(1)).resend(clock.now)
    await sender.send_batch()

    [notification] = await stored(database)
    assert (notification.status, notification.attempts) == (Status.SENT, 1)
    first, second = sink.message_ids
    assert first == f"<{notification.event_id}@example.com>"
    assert second == f"<{notification.event_id}.1@example.com>"


async def test_what_still_wants_an_address_is_not_pushed_yet(
    database: Database, clock: Clock
) -> None:
    await store(database, a_notification(channel=ChannelKind.PUSH, address_wanted=True))
    assert await Sender(database, LogChannel(), clock).send_batch() == 0
