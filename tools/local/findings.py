"""One finding of `make doctor`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that was checked.

    Attributes:
        advice: what to do about it; None if it is as it should be.
    """

    name: str
    seen: str
    advice: str | None = None

    def __str__(self) -> str:
        mark = "ok  " if self.advice is None else "BAD "
        advice = "" if self.advice is None else f": {self.advice}"
        return f"  {mark} {self.name:<12}{self.seen}{advice}"
