"""Channels that send notifications, and the ways in which sending can fail."""

from typing import ClassVar, Protocol

import structlog

from app.models.notification import ChannelKind, Notification
from chassis import Rejected, Unavailable

log = structlog.get_logger(__name__)


class Undeliverable(Rejected):
    """The channel refuses the notification permanently."""


class Deferred(Unavailable):
    """The channel refuses the notification temporarily."""


class Unreachable(Unavailable):
    """The channel does not respond."""


class Channel(Protocol):
    kind: ClassVar[ChannelKind]

    async def send(self, notification: Notification) -> None:
        """Returns when the other side has accepted it, after 6 s at most.

        Raises:
            Undeliverable, Deferred, Unreachable: it was not accepted.
        """
        ...


class LogChannel:
    """Logs a push instead of sending it to a push service."""

    kind: ClassVar[ChannelKind] = ChannelKind.PUSH

    async def send(self, notification: Notification) -> None:
        log.info(
            "notification_pushed",
            notification_id=notification.id,
            event_type=notification.event_type,
            user_id=notification.user_id,
            order_id=notification.order_id,
        )
