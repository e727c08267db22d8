"""The requests of the clients and the responses: one side of the audit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Target = Literal["cancelled", "shipped", "delivered"]
StockChangeKind = Literal["restock", "reduction", "correction"]

NO_ANSWER = 0
# The gateway answers so if a service did not answer a request that it got.
OUTCOME_UNKNOWN = (NO_ANSWER, 502, 504)
TRY_AGAIN = (*OUTCOME_UNKNOWN, 503)
# The code of a 409 while another request with the same key is in progress.
IN_PROGRESS = "request_in_progress"


@dataclass(frozen=True)
class Answer:
    """The response to one attempt that may have arrived.

    Attributes:
        status: the HTTP status, or `NO_ANSWER` if the outcome is unknown.
        code: the code of the problem document.
        made: the id of the created object.
        of_gateway: whether the gateway answered in the place of a service.
    """

    status: int
    code: str = ""
    made: int | None = None
    of_gateway: bool = False


@dataclass(kw_only=True)
class Wish:
    """An act of a client, with the responses to all its attempts."""

    answers: list[Answer] = field(default_factory=list)

    def got(self, *statuses: int) -> bool:
        return any(answer.status in statuses for answer in self.answers)

    def got_only(self, *statuses: int) -> bool:
        return bool(self.answers) and all(a.status in statuses for a in self.answers)

    @property
    def was_never_sent(self) -> bool:
        """Returns whether the gateway sent no attempt on to a service."""
        return self.got_only(503) and all(a.of_gateway for a in self.answers)


@dataclass
class Purchase(Wish):
    """An order under one Idempotency-Key.

    The key is its shipping address too, so that every stored attempt can be recognized.
    """

    key: str
    items: Mapping[int, int]

    @property
    def was_rejected(self) -> bool:
        """Returns whether the last response was a rejection."""
        last = self.answers[-1] if self.answers else Answer(NO_ANSWER)
        return last.status in (404, 409) and last.code != IN_PROGRESS

    def orders_with(self, *statuses: int) -> set[int]:
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
    """One change of stock, which is requested once, without an Idempotency-Key.

    Attributes:
        reason: identifies its entry in the ledger; a correction has none.
    """

    product_id: int
    kind: StockChangeKind
    quantity: int
    reason: str


@dataclass
class Registration(Wish):
    username: str


@dataclass
class ClientLog:
    """
    Attributes:
        since: the begin of the run, in seconds since the epoch.
        people: the user ids of buyers and sellers.
        initial: the initial stock of each product.
    """

    since: float
    people: set[int] = field(default_factory=set)
    initial: dict[int, int] = field(default_factory=dict)
    purchases: list[Purchase] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    stock_changes: list[StockChange] = field(default_factory=list)
    registrations: list[Registration] = field(default_factory=list)
