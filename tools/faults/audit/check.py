"""One line of the audit."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Check:
    """
    Attributes:
        promise: what is to be so.
        counted: of how many things.
        wrong: the names of the objects that break the promise.
        notes: how the right ones came out, where that may differ.
    """

    promise: str
    counted: int
    wrong: tuple[str, ...] = ()
    notes: Counter[str] = field(default_factory=Counter)


def check(
    promise: str,
    counted: int,
    wrong: Iterable[str],
    notes: Iterable[str] = (),
) -> Check:
    return Check(promise, counted, tuple(wrong), Counter(notes))
