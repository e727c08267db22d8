"""How far somebody has followed the changes of their notifications."""

from typing import NamedTuple, Self


class Position(NamedTuple):
    """The last change that was told.

    Attributes:
        changed_in, id: those of the notification.
    """

    changed_in: int
    id: int

    @classmethod
    def parse(cls, text: str) -> Self:
        changed_in, _, id_ = text.partition("-")
        return cls(int(changed_in), int(id_))

    def __str__(self) -> str:
        return f"{self.changed_in}-{self.id}"
