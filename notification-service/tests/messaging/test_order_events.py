"""From a message on a real broker to the notification, and to the mail server."""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import aio_pika
import pytest
import pytest_asyncio
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from sqlalchemy import select, text

from app.config.settings import MailServer, NotificationSettings
from app.events.handlers import ORDER_NOTIFICATIONS
from app.events.messages import OrderChanged
from app.main import create_app
from app.models import Notification
from app.models.notification import ChannelKind, Status
from chassis import Database, Event
from chassis.testing import eventually, started
from tests.factories.orders import ADA, order_data, order_event
from tests.mail_sink import MailSink


@pytest_asyncio.fixture
async def broker(broker_url: str) -> AsyncIterator[AbstractChannel]:
    """A channel of the test's own, to a broker where all queues are empty."""
    async with await aio_pika.connect(broker_url) as connection:
        channel = await connection.channel()
        retry_queues = {ORDER_NOTIFICATIONS.retry_queue(n)[0] for n in range(1, 10)}
        queues = {ORDER_NOTIFICATIONS.name, ORDER_NOTIFICATIONS.parking}
        for name in queues | retry_queues:
            await channel.queue_delete(name)
        await ORDER_NOTIFICATIONS.declare(channel)
        yield channel


@pytest_asyncio.fixture
async def service(
    database: Database,
    database_url: str,
    broker_url: str,
    broker: AbstractChannel,
    mail_server: MailServer,
) -> AsyncIterator[None]:
    settings = NotificationSettings(
        environment="test",
        database_url=database_url,
        rabbitmq_url=broker_url,
        smtp_host=mail_server.host,
        smtp_port=mail_server.port,
        mail_from=mail_server.sender,
    )
    async with started(create_app(settings)):
        yield


async def publish(broker: AbstractChannel, event: Event[OrderChanged]) -> None:
    await send(broker, event.model_dump_json().encode(), event.type)


async def send(broker: AbstractChannel, body: bytes, routing_key: str) -> None:
    exchange = await broker.get_exchange("order_events")
    await exchange.publish(aio_pika.Message(body), routing_key)


async def settled(database: Database, number: int) -> Sequence[Notification]:
    """The notifications, once there are `number` that have been sent or have failed."""

    async def look() -> Sequence[Notification]:
        async with database.transaction() as session:
            found = (await session.scalars(select(Notification))).all()
        assert len([n for n in found if n.status is not Status.PENDING]) >= number
        return found

    return await eventually(look)


async def parked(broker: AbstractChannel) -> AbstractIncomingMessage:
    queue = await broker.get_queue(ORDER_NOTIFICATIONS.parking)

    async def look() -> AbstractIncomingMessage | None:
        return await queue.get(no_ack=True, fail=False)

    message = await eventually(look)
    assert message is not None
    return message


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize(
    "event_type", ["order.created", "order.cancelled", "order.status_changed"]
)
async def test_an_event_of_an_order_reaches_the_customer_as_mail(
    database: Database, broker: AbstractChannel, sink: MailSink, event_type: str
) -> None:
    event = order_event(event_type)
    await publish(broker, event)

    [notification] = await settled(database, 1)
    assert notification.event_id == event.id
    assert notification.status is Status.SENT
    assert sink.message_ids == [f"<{event.id}@example.com>"]


@pytest.mark.usefixtures("service")
async def test_a_customer_without_an_address_is_pushed_to(
    database: Database, broker: AbstractChannel, sink: MailSink
) -> None:
    await publish(broker, order_event(customer=ADA | {"email": None}))
    [notification] = await settled(database, 1)
    assert notification.channel is ChannelKind.PUSH
    assert notification.status is Status.SENT
    assert sink.messages == []


@pytest.mark.usefixtures("service")
async def test_an_event_that_comes_twice_makes_one_notification(
    database: Database, broker: AbstractChannel, sink: MailSink
) -> None:
    twice, after = order_event(), order_event()
    for event in (twice, twice, after):
        await publish(broker, event)
    notifications = await settled(database, 2)
    assert {n.event_id for n in notifications} == {twice.id, after.id}
    assert len(notifications) == len(sink.messages) == 2


@pytest.mark.usefixtures("service")
async def test_while_mail_is_deferred_it_is_retried_and_failed_within_10_seconds(
    database: Database, broker: AbstractChannel, sink: MailSink
) -> None:
    sink.to_recipient = "451 come back later"
    event = order_event()
    await publish(broker, event)
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
async def test_an_event_that_the_database_could_not_take_is_tried_again(
    ailing_database: Database, broker: AbstractChannel
) -> None:
    event = order_event()
    await publish(broker, event)
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
async def test_a_message_that_cannot_be_read_is_parked_and_blocks_no_other(
    database: Database, broker: AbstractChannel, body: bytes, reason: str
) -> None:
    await send(broker, body, "order.created")
    readable = order_event()
    await publish(broker, readable)

    message = await parked(broker)
    assert message.body == body
    assert str(message.headers["x-parked-reason"]).startswith(reason)
    [notification] = await settled(database, 1)
    assert notification.event_id == readable.id
