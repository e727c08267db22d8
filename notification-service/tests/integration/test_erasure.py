"""Erasure, and the events that arrive before, after and at the same time."""

import asyncio
from typing import ClassVar

import pytest

from app.clients.channel import Outcome, Sent
from app.events.handlers import EventHandlers, OrderEvent
from app.letters.letters import Letters
from app.models import Notification
from app.models.notification import ChannelKind, Status
from app.services.deliver_notifications import DeliverNotifications
from app.services.write_notification import WriteNotification
from chassis import Database
from chassis.testing import until_waiting
from tests.factories.events import order_event, user_erased
from tests.factories.notifications import NOON, a_notification, store, stored

HANDLERS = EventHandlers(WriteNotification(Letters(), by_email=True))


async def erase(database: Database, user_id: int = 3) -> None:
    async with database.transaction() as session:
        await HANDLERS.on_user_erased(session, user_erased(user_id))


async def test_sent_notification_stays_sent_and_is_blanked(database: Database) -> None:
    await store(database, a_notification(status=Status.SENT, sent_at=NOON))
    await erase(database)
    [notification] = await stored(database)
    assert (notification.status, notification.sent_at) == (Status.SENT, NOON)
    assert notification.recipient == notification.subject == notification.body == ""
    assert notification.body_html is None
    assert notification.error is None
    assert notification.erased_at is not None


async def test_response_of_mail_server_is_blanked(
    database: Database,
) -> None:
    await store(
        database, a_notification(status=Status.FAILED, error="550 <ada@example.com>")
    )
    await erase(database)
    [notification] = await stored(database)
    assert notification.error == "the user has been erased"


async def test_pending_notification_of_erased_user_is_never_sent(
    database: Database,
) -> None:
    wanted = a_notification(channel=ChannelKind.PUSH, address_wanted=True)
    await store(database, a_notification(), wanted)
    await erase(database)
    for notification in await stored(database):
        assert notification.status is Status.FAILED
        assert not notification.address_wanted


async def test_notifications_of_other_users_stay(database: Database) -> None:
    await store(database, a_notification(user_id=4))
    await erase(database)
    [notification] = await stored(database)
    assert notification.body == "Hello Ada"


async def test_sender_does_not_restore_erased_data(
    database: Database,
) -> None:
    class ErasingChannel:
        kind: ClassVar[ChannelKind] = ChannelKind.EMAIL

        async def send(self, notification: Notification) -> Outcome:
            await erase(database)
            return Sent()

    await store(database, a_notification())
    await DeliverNotifications(database, ErasingChannel(), lambda: NOON).deliver_batch()
    [notification] = await stored(database)
    assert (notification.status, notification.recipient) == (Status.FAILED, "")


@pytest.mark.parametrize("erasure_first", [True, False])
async def test_event_during_erasure_stores_no_personal_data(
    database: Database, erasure_first: bool
) -> None:
    event, erased = order_event(), user_erased(3)
    async with asyncio.TaskGroup() as others, database.transaction() as session:
        if erasure_first:
            await HANDLERS.on_user_erased(session, erased)
            others.create_task(take(database, event))
        else:
            await HANDLERS.on_order_created(session, event)
            others.create_task(erase(database))
        await until_waiting(database)
    [notification] = await stored(database)
    assert (notification.recipient, notification.body) == ("", "")


async def take(database: Database, event: OrderEvent) -> None:
    async with database.transaction() as session:
        await HANDLERS.on_order_created(session, event)
