"""The rules of stock again, in memory and without concurrency."""

from dataclasses import dataclass, field
from typing import Literal

DONE = "done"
FALLS = {(None, "low"), (None, "out"), ("low", "out")}


@dataclass(frozen=True)
class Reserve:
    order: int
    items: dict[int, int]


@dataclass(frozen=True)
class Settle:
    order: int
    verb: Literal["commit", "release"]


@dataclass(frozen=True)
class Count:
    product: int
    kind: Literal["restock", "reduce", "correct", "warn at"]
    quantity: int


Operation = Reserve | Settle | Count


@dataclass
class Shelf:
    """One product.

    Attributes:
        came: `initial + restocked - reduced ± corrections`.
        held, sold: by order.
        alerts: by shortage that its owner was notified of; whether another one waits
            for the hour to end, which it never does here.
    """

    came: int
    threshold: int
    held: dict[int, int] = field(default_factory=dict)
    sold: dict[int, int] = field(default_factory=dict)
    alerts: dict[str, bool] = field(default_factory=dict)

    @property
    def available(self) -> int:
        return self.came - sum(self.held.values()) - sum(self.sold.values())

    @property
    def shortage(self) -> str | None:
        if self.available == 0:
            return "out"
        return "low" if self.available <= self.threshold else None

    def count(self, kind: str, quantity: int) -> str:
        before = self.shortage
        match kind:
            case "restock":
                self.came += quantity
            case "reduce":
                if quantity > self.available:
                    return "insufficient_stock"
                self.came -= quantity
            case "correct":
                self.came += quantity - self.available
            case "warn at":
                self.threshold = quantity
        self._alert(before)
        return DONE

    def hold(self, order: int, quantity: int) -> None:
        before = self.shortage
        self.held[order] = quantity
        self._alert(before)

    def _alert(self, before: str | None) -> None:
        after = self.shortage
        if after is not None and (before, after) in FALLS:
            self.alerts[after] = after in self.alerts


@dataclass
class Reservation:
    status: Literal["reserved", "committed", "released"]
    items: dict[int, int]


@dataclass
class Warehouse:
    shelves: dict[int, Shelf]
    reservations: dict[int, Reservation] = field(default_factory=dict)

    def do(self, operation: Operation) -> str:
        """Returns the code of a refusal, or that it is done."""
        match operation:
            case Reserve(order, items):
                return self._reserve(order, items)
            case Settle(order, "commit"):
                return self._commit(order)
            case Settle(order, _):
                return self._release(order)
            case Count(product, kind, quantity):
                return self.shelves[product].count(kind, quantity)

    def _reserve(self, order: int, items: dict[int, int]) -> str:
        known = self.reservations.get(order)
        if known is not None:
            if known.status == "released":
                return "reservation_released"
            return DONE if known.items == items else "reservation_differs"
        if any(q > self.shelves[p].available for p, q in items.items()):
            return "insufficient_stock"
        self.reservations[order] = Reservation("reserved", items)
        for product, quantity in items.items():
            self.shelves[product].hold(order, quantity)
        return DONE

    def _commit(self, order: int) -> str:
        known = self.reservations.get(order)
        if known is None:
            return "reservation_not_found"
        if known.status == "released":
            return "reservation_released"
        if known.status == "reserved":
            known.status = "committed"
            for product in known.items:
                shelf = self.shelves[product]
                shelf.sold[order] = shelf.held.pop(order)
        return DONE

    def _release(self, order: int) -> str:
        known = self.reservations.setdefault(order, Reservation("reserved", {}))
        if known.status == "committed":
            return "reservation_committed"
        if known.status == "reserved":
            known.status = "released"
            for product in known.items:
                del self.shelves[product].held[order]
        return DONE
