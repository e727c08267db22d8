"""Handles the events of other services."""

from collections.abc import Sequence

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.events.messages import (
    EmailChanged,
    InventoryLow,
    OrderChanged,
    OrderRejected,
    User,
    UserErased,
    UserRegistered,
)
from app.models import ErasedUser
from app.models.notification import Notification
from app.repositories.notifications import Notifications
from app.services.write_notification import Addressee, WriteNotification
from chassis import ErasedUsers, Event, Queue, Subscription

log = structlog.get_logger(__name__)

OrderEvent = Event[OrderChanged]
Rejection = Event[OrderRejected]
# The result of a handler; `store_notifications` stores it with those of other events.
Written = Notification | None

ORDER_NOTIFICATIONS = Queue(
    "order_notifications",
    bindings=[
        ("order_events", "order.created"),
        ("order_events", "order.cancelled"),
        ("order_events", "order.rejected"),
        ("order_events", "order.status_changed"),
        ("user_events", "user.registered"),
        ("user_events", "user.email_changed"),
        ("user_events", "user.erased"),
        ("inventory_events", "inventory.low"),
    ],
)


class EventHandlers:
    def __init__(self, writer: WriteNotification) -> None:
        self._writer = writer

    def subscriptions(self) -> list[Subscription]:
        return [
            Subscription("order.created", OrderChanged, self.on_order_created),
            Subscription("order.cancelled", OrderChanged, self.on_order_cancelled),
            Subscription("order.rejected", OrderRejected, self.on_order_rejected),
            Subscription(
                "order.status_changed", OrderChanged, self.on_order_status_changed
            ),
            Subscription("user.registered", UserRegistered, self.on_user_registered),
            Subscription("user.email_changed", EmailChanged, self.on_email_changed),
            Subscription("user.erased", UserErased, self.on_user_erased),
            Subscription("inventory.low", InventoryLow, self.on_inventory_low),
        ]

    async def on_order_created(self, _: AsyncSession, event: OrderEvent) -> Written:
        subject = f"Your order {event.data.order_number} is confirmed"
        return self._to_customer(event, subject, "order_created")

    async def on_order_cancelled(self, _: AsyncSession, event: OrderEvent) -> Written:
        subject = f"Your order {event.data.order_number} is cancelled"
        return self._to_customer(event, subject, "order_cancelled")

    async def on_order_rejected(self, _: AsyncSession, event: Rejection) -> Written:
        subject = f"Your order {event.data.order_number} could not be placed"
        return self._to_customer(event, subject, "order_rejected")

    async def on_order_status_changed(
        self, _: AsyncSession, event: OrderEvent
    ) -> Written:
        subject = f"Your order {event.data.order_number} is {event.data.status}"
        return self._to_customer(event, subject, "order_status_changed")

    async def on_user_registered(
        self, _: AsyncSession, event: Event[UserRegistered]
    ) -> Written:
        user = event.data
        subject = "Welcome to Pannier"
        return self._writer.write(
            event, _addressee(user), subject, letter="welcome", user=user
        )

    async def on_email_changed(
        self, _: AsyncSession, event: Event[EmailChanged]
    ) -> Written:
        """Warns the owner at the old address, in case a thief made the change."""
        user = event.data
        if not user.old_email:
            return None
        to = Addressee(user.user_id, user.name or user.username, user.old_email)
        subject = "Your e-mail address at Pannier has changed"
        return self._writer.write(event, to, subject, letter="email_changed", user=user)

    async def on_inventory_low(
        self, _: AsyncSession, event: Event[InventoryLow]
    ) -> Written:
        stock = event.data
        to = Addressee(stock.owner_id, email_unknown=True)
        state = "sold out" if stock.is_sold_out else "running low"
        subject = f"{stock.product_name} is {state}"
        return self._writer.write(
            event, to, subject, letter="inventory_low", stock=stock
        )

    async def on_user_erased(
        self, session: AsyncSession, event: Event[UserErased]
    ) -> None:
        """Blanks the notifications of the user, also of events that arrive later."""
        user_id = event.data.user_id
        await ErasedUsers(session, ErasedUser).add(user_id)
        forgotten = await Notifications(session).forget_user(user_id)
        log.info("user_data_erased", user_id=user_id, notifications=forgotten)

    def _to_customer(
        self, event: OrderEvent | Rejection, subject: str, letter: str
    ) -> Notification:
        order = event.data
        return self._writer.write(
            event,
            _addressee(order.customer),
            subject,
            letter=letter,
            order_id=order.order_id,
            order=order,
        )


def _addressee(user: User) -> Addressee:
    return Addressee(user.user_id, user.name or user.username, user.email)


async def store_notifications(
    session: AsyncSession, written: Sequence[Notification]
) -> None:
    """Stores the notifications of a batch of events; blank for erased users."""
    notifications = Notifications(session)
    user_ids = {each.user_id for each in written}
    erased = await ErasedUsers(session, ErasedUser).among(user_ids)
    await notifications.add_all(written)
    for user_id in erased:
        await notifications.forget_user(user_id)
