"""Each event stores its notification."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.events.handlers import EventHandlers, store_notifications
from app.letters.letters import Letters
from app.models import Notification
from app.models.notification import ChannelKind, Status
from app.services.write_notification import WriteNotification
from chassis import Event
from tests.factories.events import (
    ADA,
    email_changed,
    inventory_low,
    order_event,
    order_rejected,
    user_erased,
    user_registered,
)


async def notified(
    session: AsyncSession, event: Event[Any], *, by_email: bool = True
) -> Notification:
    handlers = EventHandlers(WriteNotification(Letters(), by_email=by_email))
    handle = {s.event_type: s.handle for s in handlers.subscriptions()}[event.type]
    await store_notifications(session, [await handle(session, event)])
    return (await session.scalars(select(Notification))).one()


async def test_notification_has_its_event_customer_and_order(
    session: AsyncSession,
) -> None:
    event = order_event()
    notification = await notified(session, event)
    assert notification.event_id == event.id
    assert notification.event_type == "order.created"
    assert notification.event_time == event.time
    assert (notification.user_id, notification.order_id) == (3, 17)
    assert notification.status is Status.PENDING


@pytest.mark.parametrize(
    ("event_type", "status", "subject"),
    [
        ("order.created", "confirmed", "Your order ORD-20260131-000017 is confirmed"),
        ("order.cancelled", "cancelled", "Your order ORD-20260131-000017 is cancelled"),
        (
            "order.status_changed",
            "shipped",
            "Your order ORD-20260131-000017 is shipped",
        ),
    ],
)
async def test_subject_names_state_of_order(
    session: AsyncSession, event_type: str, status: str, subject: str
) -> None:
    assert (
        await notified(session, order_event(event_type, status=status))
    ).subject == subject


async def test_customer_is_notified_of_a_rejected_order(session: AsyncSession) -> None:
    notification = await notified(session, order_rejected())
    assert notification.event_type == "order.rejected"
    assert (notification.user_id, notification.order_id) == (3, 17)
    subject = "Your order ORD-20260131-000017 could not be placed"
    assert notification.subject == subject
    assert "changed since you agreed to it" in notification.body
    assert subject in (notification.body_html or "")


async def test_customer_with_address_gets_email(session: AsyncSession) -> None:
    notification = await notified(session, order_event())
    assert notification.channel is ChannelKind.EMAIL
    assert notification.recipient == "ada@example.com"
    assert notification.body_html is not None


@pytest.mark.parametrize(
    ("email", "by_email"), [(None, True), ("", True), ("ada@example.com", False)]
)
async def test_customer_without_mail_gets_push(
    session: AsyncSession, email: str | None, by_email: bool
) -> None:
    event = order_event(customer=ADA | {"email": email})
    notification = await notified(session, event, by_email=by_email)
    assert notification.channel is ChannelKind.PUSH
    assert notification.recipient == "user:3"
    assert notification.body_html is None


@pytest.mark.parametrize(
    ("named", "greeting"),
    [
        ({}, "Hello Ada Lovelace,"),
        ({"name": None}, "Hello ada,"),
        ({"name": "", "username": None}, "Hello,"),
    ],
)
async def test_customer_is_greeted_by_best_known_name(
    session: AsyncSession, named: dict[str, str | None], greeting: str
) -> None:
    notification = await notified(session, order_event(customer=ADA | named))
    assert notification.body.startswith(greeting)


async def test_new_user_is_welcomed(session: AsyncSession) -> None:
    event = user_registered()
    notification = await notified(session, event)
    assert notification.event_id == event.id
    assert (notification.user_id, notification.order_id) == (3, None)
    assert notification.channel is ChannelKind.EMAIL
    assert notification.subject == "Welcome to Pannier"
    assert notification.body.startswith("Hello Ada Lovelace,")


async def test_change_of_address_is_notified_to_old_address(
    session: AsyncSession,
) -> None:
    event = email_changed(old_email="old@example.com", name="Ada Lovelace")
    notification = await notified(session, event)
    assert (notification.event_id, notification.user_id) == (event.id, 3)
    assert notification.channel is ChannelKind.EMAIL
    assert notification.recipient == "old@example.com"
    assert notification.subject == "Your e-mail address at Pannier has changed"
    assert notification.body.startswith("Hello Ada Lovelace,")


@pytest.mark.parametrize("old_email", [None, ""])
async def test_first_address_is_not_notified(
    session: AsyncSession, old_email: str | None
) -> None:
    handlers = EventHandlers(WriteNotification(Letters(), by_email=True))
    event = email_changed(old_email=old_email)
    assert await handlers.on_email_changed(session, event) is None


async def test_seller_is_notified_of_low_stock_after_address_lookup(
    session: AsyncSession,
) -> None:
    notification = await notified(session, inventory_low())
    assert (notification.user_id, notification.order_id) == (3, None)
    assert notification.subject == "Lamp is running low"
    assert notification.address_wanted
    assert (notification.channel, notification.recipient) == ("push", "user:3")
    assert notification.body_html is not None


async def test_seller_is_notified_of_a_sold_out_product(session: AsyncSession) -> None:
    notification = await notified(session, inventory_low(available=0))
    assert notification.subject == "Lamp is sold out"
    assert "Lamp: none available" in notification.body


async def test_address_is_not_looked_up_without_mail_server(
    session: AsyncSession,
) -> None:
    notification = await notified(session, inventory_low(), by_email=False)
    assert not notification.address_wanted


@pytest.mark.parametrize(
    "event",
    [
        order_event(),
        order_rejected(),
        user_registered(),
        email_changed(),
        inventory_low(),
    ],
    ids=lambda e: e.type,
)
async def test_notification_of_erased_user_is_blank(
    session: AsyncSession, event: Event[Any]
) -> None:
    handlers = EventHandlers(WriteNotification(Letters(), by_email=True))
    await handlers.on_user_erased(session, user_erased(3))
    notification = await notified(session, event)
    assert (notification.event_id, notification.user_id) == (event.id, 3)
    assert notification.recipient == notification.subject == notification.body == ""
    assert notification.body_html is None
    assert notification.status is Status.FAILED
    assert not notification.address_wanted
