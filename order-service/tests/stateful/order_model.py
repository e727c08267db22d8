"""An order's states once more, as one table."""

from dataclasses import dataclass, field

# What may be done to an order in which status, and what it is then.
MOVES = {
    "confirm": {"pending": "confirmed"},
    "refuse": {"pending": "cancelled"},
    "promise": {"pending": "pending"},
    "cancel": {"pending": "cancelled", "confirmed": "cancelled"},
    "ship": {"confirmed": "shipped"},
    "deliver": {"shipped": "delivered"},
}
# What is to be done with the stock of an order that comes into a status, and what is
# the case once it was done.
DUE = {"cancelled": "due_release", "shipped": "due_commit"}
SETTLED = {"due_release": "released", "due_commit": "committed"}


@dataclass(frozen=True)
class Move:
    """
    Attributes:
        seen: the order as it was read at an earlier time, for a compare-and-set; None
            for a change of what is locked.
    """

    verb: str
    seen: "OrderModel | None" = None


@dataclass
class OrderModel:
    """
    Attributes:
        history: every status that it came into, oldest first.
    """

    status: str = "pending"
    stock: str = "held"
    promised: bool = False
    refused: bool = False
    history: list[str] = field(default_factory=lambda: ["pending"])
    version: int = 1

    @property
    def listed(self) -> bool:
        """Whether its customer sees it in a list of all orders."""
        return not self.refused or self.promised

    def do(self, move: Move) -> str:
        before = move.seen or self
        targets = MOVES.get(move.verb, {})
        if targets and before.status not in targets:
            return "refused"
        if before.version != self.version:
            return "stale"
        if move.verb == "settle stock":
            self.version += self.stock in SETTLED
            self.stock = SETTLED.get(self.stock, self.stock)
            return "done"
        self.version += 1
        if targets:
            self._become(targets[self.status])
        self.promised |= move.verb == "promise"
        self.refused |= move.verb == "refuse"
        return "done"

    def _become(self, status: str) -> None:
        if status != self.status:
            self.status = status
            self.stock = DUE.get(status, self.stock)
            self.history.append(status)
