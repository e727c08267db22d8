"""The position of a stream in the changes of notifications."""

from typing import NamedTuple, Self


class Position(NamedTuple):
    """The last change that a stream has sent.

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
