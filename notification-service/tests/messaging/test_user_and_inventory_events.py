import json
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update

from app.models import Notification
from app.models.notification import ChannelKind, Status
from chassis import Database, Event
from chassis.testing import eventually
from tests.broker import Broker, settled
from tests.factories.events import (
    email_changed,
    inventory_low,
    order_event,
    user_erased,
    user_registered,
)
from tests.fake_user_service import FakeUserService
from tests.mail_sink import MailSink

pytestmark = pytest.mark.usefixtures("service")


async def test_new_user_is_welcomed_once(
    database: Database, broker: Broker, sink: MailSink
) -> None:
    event = user_registered()
    for _ in range(2):
        await broker.publish(event)
    await broker.publish(order_event())
    notifications = await settled(database, 2)
    assert len(notifications) == len(sink.messages) == 2
    assert f"<{event.id}@example.com>" in sink.message_ids


async def test_change_of_address_is_mailed_once_to_old_address(
    database: Database, broker: Broker, sink: MailSink
) -> None:
    event = email_changed(old_email="old@example.com")
    for _ in range(2):
        await broker.publish(event)
    await broker.publish(order_event())
    assert len(await settled(database, 2)) == 2
    assert sorted(m["To"] for m in sink.messages) == [
        "ada@example.com",
        "old@example.com",
    ]


async def test_low_stock_is_mailed_to_address_of_seller(
    database: Database,
    broker: Broker,
    sink: MailSink,
    user_service: FakeUserService,
) -> None:
    user_service.emails[3] = "ada@example.com"
    await broker.publish(inventory_low())
    [notification] = await settled(database, 1)
    assert notification.status is Status.SENT
    [message] = sink.messages
    assert message["To"] == "ada@example.com"
    assert message["Subject"] == "Lamp is running low"
    assert message.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize("emails", [{}, {3: None}], ids=["no-user", "no-address"])
async def test_seller_without_address_gets_push(
    database: Database,
    broker: Broker,
    sink: MailSink,
    user_service: FakeUserService,
    emails: dict[int, str | None],
) -> None:
    user_service.emails |= emails
    await broker.publish(inventory_low())
    [notification] = await settled(database, 1)
    assert notification.channel is ChannelKind.PUSH
    assert notification.status is Status.SENT
    assert sink.messages == []


async def test_outage_of_user_service_only_delays_mail(
    database: Database,
    broker: Broker,
    sink: MailSink,
    user_service: FakeUserService,
) -> None:
    user_service.emails[3] = "ada@example.com"
    user_service.is_down = True
    await broker.publish(inventory_low())
    await broker.publish(order_event())
    [ordered] = [n for n in await settled(database, 1) if n.order_id]
    assert ordered.status is Status.SENT

    await eventually(partial(waits_for_address, database))
    user_service.is_down = False
    await ask_for_address_at_once(database)
    assert len(await settled(database, 2)) == 2
    assert sink.messages[-1]["Subject"] == "Lamp is running low"


async def waits_for_address(database: Database) -> bool:
    async with database.transaction() as session:
        query = select(Notification).where(Notification.address_wanted)
        notification = (await session.scalars(query)).one()
    return notification.next_attempt_at > notification.created_at


async def ask_for_address_at_once(database: Database) -> None:
    async with database.transaction() as session:
        now = Notification.created_at
        await session.execute(update(Notification).values(next_attempt_at=now))


async def test_erasure_blanks_notifications_and_stops_new_ones(
    database: Database, broker: Broker, sink: MailSink
) -> None:
    await broker.publish(user_registered())
    await settled(database, 1)
    await broker.publish(user_erased(3))
    await broker.publish(user_erased(3))
    late = order_event()
    await broker.publish(late)

    early, last = await settled(database, 2)
    assert last.event_id == late.id
    assert (early.status, last.status) == (Status.SENT, Status.FAILED)
    for notification in (early, last):
        assert notification.recipient == notification.subject == ""
        assert notification.body == ""
        assert notification.body_html is None
    assert len(sink.messages) == 1


@pytest.mark.parametrize(
    "event",
    [user_registered(), email_changed(), user_erased(), inventory_low()],
    ids=lambda e: e.type,
)
async def test_unknown_fields_of_events_are_ignored(
    database: Database,
    broker: Broker,
    sink: MailSink,
    event: Event[Any],
) -> None:
    message = event.model_dump(mode="json") | {"traceparent": "00-1-1-00"}
    message["data"] |= {"new": {"field": []}}
    await broker.send(json.dumps(message).encode(), event.type)
    after = order_event(customer={"user_id": 4})
    await broker.publish(after)
    stored = await settled(database, 1 if event.type == "user.erased" else 2)
    assert after.id in {n.event_id for n in stored}


@pytest.mark.parametrize("user_id", [0, -1, 2**63, "3", None])
async def test_event_without_user_is_dead_lettered(
    broker: Broker, user_id: object
) -> None:
    message = user_erased().model_dump(mode="json") | {"data": {"user_id": user_id}}
    await broker.send(json.dumps(message).encode(), "user.erased")
    letter = await broker.dead_letter()
    reason = str(letter.headers["x-dead-letter-reason"])
    assert reason.startswith("UnreadableEvent")
