"""Erasure, and the events that arrive before, after and at the same time."""

import asyncio
from typing import Any, ClassVar

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.channel import Outcome, Sent
from app.events.handlers import EventHandlers, OrderEvent, store_notifications
from app.letters.letters import Letters
from app.models import ReceivedEvent
from app.models.claimed_notification import ClaimedNotification
from app.models.notification import ChannelKind, Status
from app.services.deliver_notifications import DeliverNotifications
from app.services.write_notification import WriteNotification
from chassis import Database, Event, Inbox
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

        async def send(self, notification: ClaimedNotification) -> Outcome:
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
            await handle(session, event)
            others.create_task(erase(database))
        await until_waiting(database)
    [notification] = await stored(database)
    assert (notification.recipient, notification.body) == ("", "")


async def test_other_erasure_in_the_batch_hides_no_erasure(database: Database) -> None:
    await erase(database)
    inbox = an_inbox(database)
    bodies = [body_of(order_event()), body_of(user_erased(4))]
    await asyncio.gather(*(inbox.receive(body) for body in bodies))
    [notification] = await stored(database)
    assert (notification.user_id, notification.recipient) == (3, "")


@pytest.mark.parametrize("erasure_first", [True, False])
async def test_erasure_in_the_batch_blanks_its_notifications(
    database: Database, erasure_first: bool
) -> None:
    inbox = an_inbox(database)
    bodies = [body_of(order_event()), body_of(user_erased(3))]
    if erasure_first:
        bodies.reverse()
    await asyncio.gather(*(inbox.receive(body) for body in bodies))
    [notification] = await stored(database)
    assert (notification.status, notification.body) == (Status.FAILED, "")


def body_of(event: Event[Any]) -> bytes:
    return event.model_dump_json().encode()


def an_inbox(database: Database) -> Inbox:
    return Inbox(database, ReceivedEvent, HANDLERS.subscriptions(), store_notifications)


async def take(database: Database, event: OrderEvent) -> None:
    async with database.transaction() as session:
        await handle(session, event)


async def handle(session: AsyncSession, event: OrderEvent) -> None:
    written = await HANDLERS.on_order_created(session, event)
    assert written is not None
    await store_notifications(session, [written])
    await session.flush()
