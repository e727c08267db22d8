"""The stored data of a run: the other side of the audit, as plain data.

Moments are seconds since the epoch.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Change:
    status: str
    at: float


@dataclass(frozen=True)
class Order:
    """
    Attributes:
        key: the Idempotency-Key under which it was asked for.
        stock: what order-service believes of its stock.
        promised: whether its 202 is recorded.
        refused: whether the attempt never became an order.
        history: oldest first.
    """

    id: int
    user_id: int
    key: str
    status: str
    stock: str
    promised: bool
    refused: bool
    items: Mapping[int, int]
    history: tuple[Change, ...]

    def became(self, status: str) -> float | None:
        """When it did, if it did."""
        return next((c.at for c in self.history if c.status == status), None)


@dataclass(frozen=True)
class Reservation:
    order_id: int
    status: str
    items: Mapping[int, int]


@dataclass(frozen=True)
class Entry:
    """One of the ledger's."""

    product_id: int
    kind: str
    change: int
    after: int
    reason: str
    order_id: int | None


@dataclass(frozen=True)
class Product:
    """
    Attributes:
        ledger: oldest first.
    """

    id: int
    on_hand: int
    reserved: int
    threshold: int
    ledger: tuple[Entry, ...]

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved

    def total(self, *kinds: str) -> int:
        return sum(entry.change for entry in self.ledger if entry.kind in kinds)


@dataclass(frozen=True)
class Event:
    """
    Attributes:
        subject: what it is about, such as `orders/17`.
        available: of the product of an `inventory.low`.
    """

    id: str
    type: str
    subject: str
    stored_at: float
    sent: bool
    available: int | None = None


@dataclass(frozen=True)
class Notification:
    id: int
    event_id: str
    event_type: str
    user_id: int
    order_id: int | None
    channel: str
    status: str
    attempts: int
    sent_at: float | None


@dataclass(frozen=True)
class Stored:
    """
    Attributes:
        users: ids by name.
        mails: how many there are for each event.
        dead_letters: how many messages were dead-lettered.
    """

    orders: Mapping[int, Order] = field(default_factory=dict)
    reservations: Mapping[int, Reservation] = field(default_factory=dict)
    products: Mapping[int, Product] = field(default_factory=dict)
    users: Mapping[str, int] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    notifications: tuple[Notification, ...] = ()
    mails: Counter[str] = field(default_factory=Counter)
    dead_letters: int = 0

    def unfinished(self) -> Iterator[str]:
        """Yields the work that is still pending."""
        for order in self.orders.values():
            if order.status == "pending":
                yield f"order {order.id} is pending"
            if order.stock.startswith("due_"):
                yield f"the stock of order {order.id} is {order.stock}"
        notified = {notification.event_id for notification in self.notifications}
        for event in self.events:
            if not event.sent:
                yield f"event {event.id} is in the outbox"
            elif event.id not in notified:
                yield f"event {event.id} has notified no user"
        for notification in self.notifications:
            if notification.status == "pending":
                yield f"notification {notification.id} is pending"
