"""From a message on a real broker to the notification, and to the mail server."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from app.models import notification as notification_model
from app.models.notification import DEFERRAL_DELAYS, ChannelKind, Status
from chassis import Database
from tests.broker import Broker, settled
from tests.factories.events import ADA, order_data, order_event, order_rejected
from tests.mail_sink import MailSink


@pytest.fixture
def workers_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers look for work only when they are woken."""
    monkeypatch.setattr("app.main.SHORTEST_WAIT", 60.0)


@pytest.mark.usefixtures("workers_wait", "service")
async def test_senders_are_woken_by_new_notifications(
    database: Database, broker: Broker
) -> None:
    await broker.publish(order_event())
    await broker.publish(order_event(customer=ADA | {"email": None}))
    channels = {n.channel for n in await settled(database, 2)}
    assert channels == {ChannelKind.EMAIL, ChannelKind.PUSH}


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize(
    "event_type", ["order.created", "order.cancelled", "order.status_changed"]
)
async def test_order_event_reaches_customer_as_mail(
    database: Database, broker: Broker, sink: MailSink, event_type: str
) -> None:
    event = order_event(event_type)
    await broker.publish(event)

    [notification] = await settled(database, 1)
    assert notification.event_id == event.id
    assert notification.status is Status.SENT
    assert sink.message_ids == [f"<{event.id}@example.com>"]


@pytest.mark.usefixtures("service")
async def test_rejected_order_reaches_the_customer_once(
    database: Database, broker: Broker, sink: MailSink
) -> None:
    event = order_rejected()
    await broker.publish(event)
    await broker.publish(event)
    await broker.publish(order_event())

    first, _ = await settled(database, 2)
    assert (first.event_id, first.status) == (event.id, Status.SENT)
    assert sink.message_ids.count(f"<{event.id}@example.com>") == 1


@pytest.mark.usefixtures("service")
async def test_customer_without_address_gets_push(
    database: Database, broker: Broker, sink: MailSink
) -> None:
    await broker.publish(order_event(customer=ADA | {"email": None}))
    [notification] = await settled(database, 1)
    assert notification.channel is ChannelKind.PUSH
    assert notification.status is Status.SENT
    assert sink.messages == []


@pytest.mark.usefixtures("service")
async def test_duplicate_event_creates_one_notification(
    database: Database, broker: Broker, sink: MailSink
) -> None:
    twice, after = order_event(), order_event()
    for event in (twice, twice, after):
        await broker.publish(event)
    notifications = await settled(database, 2)
    assert {n.event_id for n in notifications} == {twice.id, after.id}
    assert len(notifications) == len(sink.messages) == 2


@pytest.mark.usefixtures("service")
async def test_deferred_mail_is_retried_and_fails(
    database: Database,
    broker: Broker,
    sink: MailSink,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    delays = [seconds / 10 for seconds in DEFERRAL_DELAYS]
    monkeypatch.setattr(notification_model, "DEFERRAL_DELAYS", delays)
    sink.to_recipient = "451 come back later"
    event = order_event()
    await broker.publish(event)
    [notification] = await settled(database, 1)
    assert (notification.status, notification.attempts) == (Status.FAILED, 4)
    assert notification.error == "451 come back later"


@pytest_asyncio.fixture
async def ailing_database(database: Database) -> AsyncIterator[Database]:
    """A database whose disk is full for the first two notifications."""
    async with database.transaction() as session:
        await session.execute(text("CREATE SEQUENCE tries"))
        await session.execute(
            text("""
            CREATE FUNCTION run_out_of_disk() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF nextval('tries') <= 2 THEN
                    RAISE 'no space left on device' USING ERRCODE = 'disk_full';
                END IF;
                RETURN NEW;
            END $$
            """)
        )
        await session.execute(
            text(
                "CREATE TRIGGER disk BEFORE INSERT ON notifications"
                " FOR EACH ROW EXECUTE FUNCTION run_out_of_disk()"
            )
        )
    yield database
    async with database.transaction() as session:
        await session.execute(text("DROP TRIGGER disk ON notifications"))
        await session.execute(text("DROP FUNCTION run_out_of_disk"))
        await session.execute(text("DROP SEQUENCE tries"))


@pytest.mark.usefixtures("service")
async def test_event_is_retried_after_database_outage(
    ailing_database: Database, broker: Broker
) -> None:
    event = order_event()
    await broker.publish(event)
    [notification] = await settled(ailing_database, 1)
    assert notification.event_id == event.id
    async with ailing_database.reading() as connection:
        assert await connection.scalar(text("SELECT last_value FROM tries")) == 3


def unreadable(**values: Any) -> bytes:
    event = order_event().model_dump(mode="json")
    return json.dumps(event | values).encode()


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"not JSON", "UnreadableEvent: not a valid event"),
        (b"\xff\x00", "UnreadableEvent: not a valid event"),
        (unreadable(type="order.lost"), "UnreadableEvent: unknown event type"),
        (unreadable(data={"order_id": 17}), "UnreadableEvent: not a valid event"),
        (
            unreadable(data=order_data(customer=ADA | {"name": "Ada\0"})),
            "UnreadableEvent: not a valid event",
        ),
    ],
    ids=["not-json", "not-text", "unknown-type", "incomplete", "not-storable"],
)
async def test_unreadable_message_is_dead_lettered_and_blocks_no_other(
    database: Database, broker: Broker, body: bytes, reason: str
) -> None:
    await broker.send(body, "order.created")
    readable = order_event()
    await broker.publish(readable)

    message = await broker.dead_letter()
    assert message.body == body
    assert str(message.headers["x-dead-letter-reason"]).startswith(reason)
    [notification] = await settled(database, 1)
    assert notification.event_id == readable.id
