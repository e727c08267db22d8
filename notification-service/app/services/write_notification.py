"""Writes what a user is notified of, and to whom it goes."""

from dataclasses import dataclass
from typing import Any

from app.letters.letters import Letters
from app.models.notification import ChannelKind, Notification
from chassis import Event


@dataclass(frozen=True)
class Addressee:
    """The user to notify.

    Attributes:
        name: the name for the greeting.
        email_unknown: whether the user may have an address that the event lacks.
    """

    user_id: int
    name: str | None = None
    email: str | None = None
    email_unknown: bool = False


class WriteNotification:
    """Writes a pending notification of an event.

    Args:
        by_email: whether a mail server is configured.
    """

    def __init__(self, letters: Letters, *, by_email: bool) -> None:
        self._letters = letters
        self._by_email = by_email

    def write(
        self,
        event: Event[Any],
        to: Addressee,
        subject: str,
        *,
        letter: str,
        order_id: int | None = None,
        **values: Any,
    ) -> Notification:
        """
        Args:
            letter, values: see `Letters`.
        """
        values["name"] = to.name
        channel, recipient = self._reach(to)
        html = None
        if channel is ChannelKind.EMAIL or self._must_ask(to):
            html = self._letters.html(letter, subject=subject, **values)
        return Notification(
            event_id=event.id,
            event_type=event.type,
            event_time=event.time,
            user_id=to.user_id,
            order_id=order_id,
            channel=channel,
            recipient=recipient,
            address_wanted=self._must_ask(to),
            subject=subject,
            body=self._letters.text(letter, **values),
            body_html=html,
        )

    def _reach(self, to: Addressee) -> tuple[ChannelKind, str]:
        if to.email and self._by_email:
            return ChannelKind.EMAIL, to.email
        return ChannelKind.PUSH, f"user:{to.user_id}"

    def _must_ask(self, to: Addressee) -> bool:
        return to.email_unknown and self._by_email
