"""A way to send of the test's own, and a clock to go with it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import ClassVar

from app.clients.channel import Outcome, Sent
from app.models.claimed_notification import ClaimedNotification
from app.models.notification import ChannelKind
from tests.factories.notifications import NOON

# Returns the outcome; `Sent` if none.
Behaviour = Callable[[ClaimedNotification], Awaitable[Outcome | None]]


class FakeChannel:
    """Remembers what it sent, after having done what the test wants."""

    kind: ClassVar[ChannelKind] = ChannelKind.EMAIL

    def __init__(
        self,
        behaviour: Callable[[ClaimedNotification], Awaitable[Outcome | None]]
        | None = None,
    ) -> None:
        self.sent: list[int] = []
        self._behaviour = behaviour

    async def send(self, notification: ClaimedNotification) -> Outcome:
        outcome = None
        if self._behaviour is not None:
            outcome = await self._behaviour(notification)
        self.sent.append(notification.id)
        return outcome or Sent()


def failing(outcome: Outcome) -> FakeChannel:
    async def fail(_: ClaimedNotification) -> Outcome:
        return outcome

    return FakeChannel(fail)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now
