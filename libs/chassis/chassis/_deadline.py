"""A deadline, which one call passes on to the next."""

import time
from dataclasses import dataclass
from typing import Self

# A last step can be tried even when the time is over.
LEAST_SECONDS = 0.05


@dataclass(frozen=True)
class Deadline:
    """A moment by which something must be done.

    Attributes:
        at: seconds on the monotonic clock (`time.monotonic`).
    """

    at: float

    @classmethod
    def after(cls, seconds: float) -> Self:
        return cls(time.monotonic() + seconds)

    def earlier(self, seconds: float) -> Self:
        """Returns a deadline that leaves `seconds` for later steps."""
        return type(self)(self.at - seconds)

    def leaving(self, seconds: float) -> Self:
        """Returns a deadline that leaves `seconds` for later steps, or half of the time
        if there is little."""
        return self.earlier(min(seconds, self.remaining() / 2))

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.at

    def remaining(self) -> float:
        """Returns the seconds that are left, at least `LEAST_SECONDS`."""
        return max(self.at - time.monotonic(), LEAST_SECONDS)
