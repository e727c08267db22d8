"""How long an answer may still take."""

import time
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Deadline:
    """A moment on the monotonic clock."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Self:
        return cls(time.monotonic() + seconds)

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.at

    def remaining(self) -> float:
        """Seconds; never less than a moment, so that a last step can be tried."""
        return max(self.at - time.monotonic(), 0.05)
