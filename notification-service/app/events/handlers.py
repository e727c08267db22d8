"""What this service does about the events of others."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.events.messages import OrderChanged
from app.services.notify_customer import NotifyCustomer
from chassis import Event, Queue, Subscription

OrderEvent = Event[OrderChanged]

ORDER_NOTIFICATIONS = Queue(
    "order_notifications",
    bindings=[
        ("order_events", "order.created"),
        ("order_events", "order.cancelled"),
        ("order_events", "order.status_changed"),
    ],
)


class OrderEventHandlers:
    def __init__(self, notify_customer: NotifyCustomer) -> None:
        self._notify_customer = notify_customer

    def subscriptions(self) -> list[Subscription]:
        return [
            Subscription("order.created", OrderChanged, self.on_order_created),
            Subscription("order.cancelled", OrderChanged, self.on_order_cancelled),
            Subscription(
                "order.status_changed", OrderChanged, self.on_order_status_changed
            ),
        ]

    async def on_order_created(self, session: AsyncSession, event: OrderEvent) -> None:
        subject = f"Your order {event.data.order_number} is confirmed"
        self._notify_customer(session, event, subject, letter="order_created")

    async def on_order_cancelled(
        self, session: AsyncSession, event: OrderEvent
    ) -> None:
        subject = f"Your order {event.data.order_number} is cancelled"
        self._notify_customer(session, event, subject, letter="order_cancelled")

    async def on_order_status_changed(
        self, session: AsyncSession, event: OrderEvent
    ) -> None:
        subject = f"Your order {event.data.order_number} is {event.data.status}"
        self._notify_customer(session, event, subject, letter="order_status_changed")
