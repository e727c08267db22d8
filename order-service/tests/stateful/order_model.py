"""A model of an order: its states and their changes as tables."""

from dataclasses import dataclass, field

# For each change, the statuses that allow it, with the status that follows.
CHANGES = {
    "confirm": {"pending": "confirmed"},
    "reject": {"pending": "cancelled"},
    "promise": {"pending": "pending"},
    "cancel": {"pending": "cancelled", "confirmed": "cancelled"},
    "ship": {"confirmed": "shipped"},
    "deliver": {"shipped": "delivered"},
}
# The stock's state after an order has reached a status, and after it has been settled.
DUE = {"cancelled": "due_release", "shipped": "due_commit"}
SETTLED = {"due_release": "released", "due_commit": "committed"}


@dataclass(frozen=True)
class Change:
    """A change of an order.

    Attributes:
        read_before: the order as read in an earlier transaction, for a compare-and-set;
            None if the change locks the order.
    """

    verb: str
    read_before: "OrderModel | None" = None


@dataclass
class OrderModel:
    """The expected state of an order.

    Attributes:
        history: every status that the order has had, oldest first.
    """

    status: str = "pending"
    stock: str = "held"
    promised: bool = False
    failed: bool = False
    history: list[str] = field(default_factory=lambda: ["pending"])
    version: int = 1

    @property
    def listed(self) -> bool:
        """Returns whether the customer's list contains the order."""
        return not self.failed or self.promised

    def apply(self, change: Change) -> str:
        before = change.read_before or self
        targets = CHANGES.get(change.verb, {})
        is_stale = before.version != self.version
        is_rejected = bool(targets) and before.status not in targets
        # Confirming follows the rules of the order that was read; the others compare
        # its version first.
        if is_rejected and (change.verb == "confirm" or not is_stale):
            return "rejected"
        if is_stale:
            return "stale"
        if change.verb == "settle stock":
            self.version += self.stock in SETTLED
            self.stock = SETTLED.get(self.stock, self.stock)
            return "done"
        self.version += 1
        if targets:
            self._set_status(targets[self.status])
        self.promised |= change.verb == "promise"
        self.failed |= change.verb == "reject"
        return "done"

    def _set_status(self, status: str) -> None:
        if status != self.status:
            self.status = status
            self.stock = DUE.get(status, self.stock)
            self.history.append(status)
