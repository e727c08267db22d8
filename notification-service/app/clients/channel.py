"""Channels that send notifications."""

from typing import ClassVar, Protocol

import structlog

from app.models.notification import ChannelKind, Notification

log = structlog.get_logger(__name__)


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
