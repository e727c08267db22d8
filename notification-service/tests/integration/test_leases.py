"""Leases: each notification is sent as one message, even if senders crash."""

import asyncio

import pytest
from sqlalchemy import text

from app.clients.channel import Deferred, Outcome, Undeliverable
from app.clients.smtp import SmtpChannel
from app.config.settings import MailServer
from app.models.claimed_notification import ClaimedNotification
from app.models.notification import Status
from app.services.deliver_notifications import LEASE, DeliverNotifications
from chassis import Database
from tests.factories.notifications import SECOND, a_notification, store, stored
from tests.fake_channel import Clock, FakeChannel, failing
from tests.mail_sink import MailSink


async def test_two_senders_send_each_notification_once(
    database: Database, clock: Clock
) -> None:
    await store(database, *(a_notification() for _ in range(30)))
    channel = FakeChannel()

    async def send_all() -> None:
        while await DeliverNotifications(database, channel, clock).deliver_batch():
            pass

    await asyncio.gather(send_all(), send_all(), send_all())
    assert sorted(channel.sent) == list(range(1, 31))


async def test_no_transaction_is_open_while_sending(
    database: Database, clock: Clock
) -> None:
    open_transactions: list[int] = []

    async def look(_: ClaimedNotification) -> None:
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
    await DeliverNotifications(database, FakeChannel(look), clock).deliver_batch()
    assert open_transactions == [0]


class Killed(BaseException):
    """Nothing catches it: the process is gone."""


class DyingChannel(SmtpChannel):
    async def send(self, notification: ClaimedNotification) -> Outcome:
        await super().send(notification)
        raise Killed


async def test_message_is_sent_again_after_crash(
    database: Database, clock: Clock, sink: MailSink, mail_server: MailServer
) -> None:
    await store(database, a_notification())
    with pytest.raises(Killed):
        await DeliverNotifications(
            database, DyingChannel(mail_server), clock
        ).deliver_batch()
    survivor = DeliverNotifications(database, SmtpChannel(mail_server), clock)

    clock.now += LEASE - SECOND
    assert await survivor.deliver_batch() == 0
    clock.now += SECOND
    assert await survivor.deliver_batch() == 1

    first, second = sink.message_ids
    assert first == second
    [notification] = await stored(database)
    assert (notification.status, notification.attempts) == (Status.SENT, 2)


async def test_notifications_of_crashed_sender_are_sent_within_ten_seconds(
    database: Database, clock: Clock, mail_server: MailServer
) -> None:
    await store(database, a_notification())
    with pytest.raises(Killed):
        await DeliverNotifications(
            database, DyingChannel(mail_server), clock
        ).deliver_batch()
    clock.now += 9 * SECOND
    assert (
        await DeliverNotifications(
            database, SmtpChannel(mail_server), clock
        ).deliver_batch()
        == 1
    )


async def test_sender_without_lease_records_nothing(
    database: Database, clock: Clock
) -> None:
    async def be_overtaken(_: ClaimedNotification) -> Outcome:
        clock.now += LEASE
        overtaker = DeliverNotifications(
            database, failing(Deferred("451 later")), clock
        )
        await overtaker.deliver_batch()
        return Undeliverable("too late to be true")

    await store(database, a_notification())
    await DeliverNotifications(
        database, FakeChannel(be_overtaken), clock
    ).deliver_batch()
    [notification] = await stored(database)
    assert notification.status is Status.PENDING
    assert notification.error == "451 later"


async def test_stopped_sender_records_sent_notifications(
    database: Database, clock: Clock
) -> None:
    sending, go_on = asyncio.Event(), asyncio.Event()

    async def wait(_: ClaimedNotification) -> None:
        sending.set()
        await go_on.wait()

    await store(database, a_notification())
    batch = asyncio.create_task(
        DeliverNotifications(database, FakeChannel(wait), clock).deliver_batch()
    )
    await sending.wait()
    batch.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await batch
    [notification] = await stored(database)
    assert notification.status is Status.SENT
