"""What a notification is sent through, and how that may end."""

from typing import ClassVar, Protocol

import structlog

from app.models.notification import ChannelKind, Notification
from chassis import Rejected, Unavailable

log = structlog.get_logger(__name__)


class Undeliverable(Rejected):
    """The channel will never take it."""


class Deferred(Unavailable):
    """The channel answered that it does not take it now."""


class Unreachable(Unavailable):
    """The channel does not answer."""


class Channel(Protocol):
    kind: ClassVar[ChannelKind]

    async def send(self, notification: Notification) -> None:
        """Returns once the other side has taken it, after a few seconds at most.

        Raises:
            Undeliverable, Deferred, Unreachable: it was not taken.
        """
        ...


class LogChannel:
    """Stands in for a push service: a log line is all that is sent."""

    kind: ClassVar[ChannelKind] = ChannelKind.PUSH

    async def send(self, notification: Notification) -> None:
        log.info(
            "notification_pushed",
            notification_id=notification.id,
            event_type=notification.event_type,
            user_id=notification.user_id,
            order_id=notification.order_id,
        )
