"""One validation of a token, and the time for which it counts."""

import asyncio
import time
from dataclasses import dataclass, field
from uuid import UUID

from chassis._principal import Principal

# A revoked token must not be accepted 1.0 s after the revocation was answered.
CACHE_SECONDS = 0.8
# Limits what polls cannot report: a removed signing key, or rows deleted by hand.
CONFIRMED_SECONDS = 30.0


@dataclass(eq=False)
class Validation:
    """A request to user-service, and later its response.

    Attributes:
        sent_at: seconds on the monotonic clock.
        polls: the polls of changes that had been answered when this was sent.
        session_id: the session whose changes end this validation.
        expires_at: when the token expires; 0 if polls do not confirm this validation.
    """

    sent_at: float
    polls: int
    response: asyncio.Task[Principal] = field(init=False)
    session_id: UUID | None = None
    expires_at: float = 0.0

    def is_usable(self, now: float, confirmed_at: float) -> bool:
        """Returns whether this counts now.

        Args:
            confirmed_at: when the last poll was sent that did not end this validation.
        """
        age = now - self.sent_at
        return age <= CACHE_SECONDS or (
            age <= CONFIRMED_SECONDS
            and now - confirmed_at <= CACHE_SECONDS
            and time.time() < self.expires_at
        )
