"""What becomes of each event, with a session that stores nothing."""

from typing import cast

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.events.handlers import OrderEventHandlers
from app.events.messages import OrderChanged
from app.models import Notification
from app.models.notification import ChannelKind, Status
from app.services.letters import Letters
from app.services.notify_customer import NotifyCustomer
from chassis import Event
from tests.factories.orders import ADA, order_event


class FakeSession:
    def __init__(self) -> None:
        self.added: list[Notification] = []

    def add(self, notification: Notification) -> None:
        self.added.append(notification)


async def notified(
    event: Event[OrderChanged], *, by_email: bool = True
) -> Notification:
    handlers = OrderEventHandlers(NotifyCustomer(Letters(), by_email=by_email))
    handle = {s.event_type: s.handle for s in handlers.subscriptions()}[event.type]
    session = FakeSession()
    await handle(cast(AsyncSession, session), event)
    [notification] = session.added
    return notification


async def test_a_notification_belongs_to_its_event_customer_and_order() -> None:
    event = order_event()
    notification = await notified(event)
    assert notification.event_id == event.id
    assert notification.event_type == "order.created"
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
async def test_the_subject_says_what_became_of_the_order(
    event_type: str, status: str, subject: str
) -> None:
    assert (await notified(order_event(event_type, status=status))).subject == subject


async def test_a_customer_with_an_address_is_written_to() -> None:
    notification = await notified(order_event())
    assert notification.channel is ChannelKind.EMAIL
    assert notification.recipient == "ada@example.com"
    assert notification.body_html is not None


@pytest.mark.parametrize(
    ("email", "by_email"), [(None, True), ("", True), ("ada@example.com", False)]
)
async def test_whom_no_mail_can_reach_is_pushed_to(
    email: str | None, by_email: bool
) -> None:
    event = order_event(customer=ADA | {"email": email})
    notification = await notified(event, by_email=by_email)
    assert notification.channel is ChannelKind.PUSH
    assert notification.recipient == "user:3"
    assert notification.body_html is None
