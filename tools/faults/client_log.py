"""What the clients asked for, and what they were told: one side of the audit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Target = Literal["cancelled", "shipped", "delivered"]
StockChangeKind = Literal["restock", "reduction", "correction"]

NO_ANSWER = 0
# The code of a 409 that only says that a twin of the request is at work.
IN_PROGRESS = "request_in_progress"


@dataclass(frozen=True)
class Answer:
    """The answer to one attempt that may have arrived.

    Attributes:
        status: the HTTP status, or `NO_ANSWER` where it may have been carried out.
        code: which problem it was.
        made: the id of what was made.
    """

    status: int
    code: str = ""
    made: int | None = None


@dataclass(kw_only=True)
class Wish:
    """Something that a client wants, with the answers to all its attempts."""

    answers: list[Answer] = field(default_factory=list)

    def was_told(self, *statuses: int) -> bool:
        return any(answer.status in statuses for answer in self.answers)

    def was_only_told(self, *statuses: int) -> bool:
        return bool(self.answers) and all(a.status in statuses for a in self.answers)


@dataclass
class Purchase(Wish):
    """An order under one Idempotency-Key, which is its shipping address as well: so it
    is known from any attempt that was ever stored."""

    key: str
    items: Mapping[int, int]

    @property
    def was_rejected(self) -> bool:
        """Whether the last word was that it cannot be had."""
        last = self.answers[-1] if self.answers else Answer(NO_ANSWER)
        return last.status in (404, 409) and last.code != IN_PROGRESS

    def orders_told(self, *statuses: int) -> set[int]:
        return {
            answer.made
            for answer in self.answers
            if answer.made is not None and answer.status in statuses
        }


@dataclass
class Move(Wish):
    order_id: int
    target: Target


@dataclass
class StockChange(Wish):
    """One change of stock: asked for once, as there is no key to ask again with.

    Attributes:
        reason: by which its entry in the ledger is known; a correction gives none.
    """

    product_id: int
    kind: StockChangeKind
    quantity: int
    reason: str


@dataclass
class Registration(Wish):
    username: str


@dataclass
class Told:
    """
    Attributes:
        since: when it began, in seconds since the epoch.
        people: user ids of those who buy and sell.
        initial: how much of each product there was at first.
    """

    since: float
    people: set[int] = field(default_factory=set)
    initial: dict[int, int] = field(default_factory=dict)
    purchases: list[Purchase] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    stock_changes: list[StockChange] = field(default_factory=list)
    registrations: list[Registration] = field(default_factory=list)
