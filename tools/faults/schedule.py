"""The faults of a run with their times, which follow from the seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Literal

PARTS = (
    "api-gateway",
    "user-service",
    "product-service",
    "order-service",
    "notification-service",
    "rabbitmq",
    "redis",
    "postgres",
)

# On average, so that two or three parts are sometimes away at the same time, and
# between such times everything is well.
SECONDS_BETWEEN_FAULTS = 5.0
FIRST_AFTER_SECONDS = 2.0
# Longer than any timeout within the platform.
HANGS_SECONDS = (4.0, 8.0)


@dataclass(frozen=True)
class Fault:
    """
    Attributes:
        at: seconds after the clients have begun.
        lasting: how long it hangs; what was killed comes back by itself.
    """

    at: float
    part: str
    kind: Literal["kill", "hang"]
    lasting: float = 0.0

    def __str__(self) -> str:
        lasting = f" for {self.lasting:.1f} s" if self.lasting else ""
        return f"{self.at:5.1f} s  {self.kind} {self.part}{lasting}"


def schedule(seed: int, seconds: float) -> list[Fault]:
    """The faults of a run that lasts so long; the last of them ends within it."""
    choice = Random(seed)
    last = seconds - HANGS_SECONDS[1]
    count = max(1, round(seconds / SECONDS_BETWEEN_FAULTS))
    moments = sorted(choice.uniform(FIRST_AFTER_SECONDS, last) for _ in range(count))
    cards = _cards(choice)
    return [_fault(choice, at, *next(cards)) for at in moments]


def _cards(choice: Random) -> Iterator[tuple[str, Literal["kill", "hang"]]]:
    """Every part in every way, shuffled, before any of it comes again."""
    deck: list[tuple[str, Literal["kill", "hang"]]] = [
        *((part, "kill") for part in PARTS),
        *((part, "hang") for part in PARTS),
    ]
    while True:
        yield from choice.sample(deck, len(deck))


def _fault(
    choice: Random, at: float, part: str, kind: Literal["kill", "hang"]
) -> Fault:
    lasting = choice.uniform(*HANGS_SECONDS) if kind == "hang" else 0.0
    return Fault(at, part, kind, lasting)
