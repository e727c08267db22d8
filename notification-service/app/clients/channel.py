"""Channels that send notifications, and the outcomes of sending one."""

from dataclasses import dataclass
from typing import ClassVar, Protocol

import structlog

from app.models.claimed_notification import ClaimedNotification
from app.models.notification import ChannelKind

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Sent:
    """The channel has accepted the notification."""


@dataclass(frozen=True)
class Undeliverable:
    """The channel refuses the notification permanently."""

    reason: str


@dataclass(frozen=True)
class Deferred:
    """The channel refuses the notification temporarily."""

    reason: str


@dataclass(frozen=True)
class Unreachable:
    """The channel does not respond."""

    reason: str


Outcome = Sent | Undeliverable | Deferred | Unreachable


class Channel(Protocol):
    kind: ClassVar[ChannelKind]

    async def send(self, notification: ClaimedNotification) -> Outcome:
        """Returns when the other side has answered, after 6 s at most."""
        ...


class LogChannel:
    """Logs a push instead of sending it to a push service."""

    kind: ClassVar[ChannelKind] = ChannelKind.PUSH

    async def send(self, notification: ClaimedNotification) -> Outcome:
        log.info(
            "notification_pushed",
            notification_id=notification.id,
            event_type=notification.event_type,
            user_id=notification.user_id,
            order_id=notification.order_id,
        )
        return Sent()
