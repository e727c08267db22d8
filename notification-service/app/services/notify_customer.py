"""Notifying a customer of what became of an order."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.events.messages import Customer, OrderChanged
from app.models.notification import ChannelKind, Notification
from app.repositories.notifications import Notifications
from app.services.letters import Letters
from chassis import Event


class NotifyCustomer:
    """Writes the letter and stores it as a notification that is still to be sent.

    Args:
        by_email: whether e-mail can be sent at all.
    """

    def __init__(self, letters: Letters, *, by_email: bool) -> None:
        self._letters = letters
        self._by_email = by_email

    def __call__(
        self,
        session: AsyncSession,
        event: Event[OrderChanged],
        subject: str,
        *,
        letter: str,
    ) -> None:
        order = event.data
        channel, recipient = self._reach(order.customer)
        html = None
        if channel is ChannelKind.EMAIL:
            html = self._letters.html(letter, subject=subject, order=order)
        notification = Notification(
            event_id=event.id,
            event_type=event.type,
            user_id=order.customer.user_id,
            order_id=order.order_id,
            channel=channel,
            recipient=recipient,
            subject=subject,
            body=self._letters.text(letter, order=order),
            body_html=html,
        )
        Notifications(session).add(notification)

    def _reach(self, customer: Customer) -> tuple[ChannelKind, str]:
        if customer.email and self._by_email:
            return ChannelKind.EMAIL, customer.email
        return ChannelKind.PUSH, f"user:{customer.user_id}"
