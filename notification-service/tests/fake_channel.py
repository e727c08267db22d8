"""A way to send of the test's own, and a clock to go with it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import ClassVar

from app.clients.channel import Outcome, Sent
from app.models import Notification
from app.models.notification import ChannelKind
from tests.factories.notifications import NOON

# Returns the outcome; `Sent` if none.
Behaviour = Callable[[Notification], Awaitable[Outcome | None]]


class FakeChannel:
    """Remembers what it sent, after having done what the test wants."""

    kind: ClassVar[ChannelKind] = ChannelKind.EMAIL

    def __init__(
        self,
        behaviour: Callable[[Notification], Awaitable[Outcome | None]] | None = None,
    ) -> None:
        self.sent: list[int] = []
        self._behaviour = behaviour

    async def send(self, notification: Notification) -> Outcome:
        outcome = None
        if self._behaviour is not None:
            outcome = await self._behaviour(notification)
        self.sent.append(notification.id)
        return outcome or Sent()


def failing(outcome: Outcome) -> FakeChannel:
    async def fail(_: Notification) -> Outcome:
        return outcome

    return FakeChannel(fail)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now
