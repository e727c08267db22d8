"""A small run of which all is right, for tests to damage."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from tools.faults.audit import audit
from tools.faults.client_log import (
    Answer,
    ClientLog,
    Move,
    Purchase,
    Registration,
    StockChange,
)
from tools.faults.fault_injection import Trouble
from tools.faults.snapshot import (
    Change,
    Entry,
    Event,
    Notification,
    Order,
    Product,
    Reservation,
    Stored,
)

ADA, LAMP, INITIAL = 7, 70, 20

CONFIRMED, CANCELLED, DELIVERED, ACCEPTED, WITHDRAWN, REFUSED, REJECTED = range(1, 8)
TYPES = {
    "confirmed": "order.created",
    "cancelled": "order.cancelled",
    "shipped": "order.status_changed",
    "delivered": "order.status_changed",
}

Item = TypeVar("Item")


def log() -> ClientLog:
    """One piece for each order; what was refused asked for one as well."""
    return ClientLog(
        since=0.0,
        people={ADA},
        initial={LAMP: INITIAL},
        purchases=[
            _purchase(CONFIRMED, Answer(0), Answer(201, made=CONFIRMED)),
            _purchase(CANCELLED, Answer(201, made=CANCELLED)),
            _purchase(DELIVERED, Answer(503), Answer(201, made=DELIVERED)),
            _purchase(ACCEPTED, Answer(202, made=ACCEPTED)),
            _purchase(WITHDRAWN, Answer(503)),
            _purchase(REFUSED, Answer(409, "insufficient_stock")),
            _purchase(REJECTED, Answer(202, made=REJECTED)),
        ],
        moves=[
            Move(CANCELLED, "cancelled", answers=[Answer(204)]),
            Move(DELIVERED, "shipped", answers=[Answer(200)]),
            Move(DELIVERED, "delivered", answers=[Answer(200)]),
        ],
        stock_changes=[
            StockChange(LAMP, "restock", 5, "five more", answers=[Answer(200)]),
            StockChange(LAMP, "reduction", 9, "too many", answers=[Answer(409)]),
        ],
        registrations=[Registration("ada", answers=[Answer(201, made=ADA)])],
    )


def stored() -> Stored:
    orders = [
        _order(CONFIRMED, "held", "confirmed"),
        _order(CANCELLED, "released", "confirmed", "cancelled"),
        _order(DELIVERED, "committed", "confirmed", "shipped", "delivered"),
        replace(_order(ACCEPTED, "held", "confirmed"), promised=True),
        replace(_order(WITHDRAWN, "released", "cancelled"), refused=True),
        replace(_order(REFUSED, "released", "cancelled"), refused=True),
        replace(_order(REJECTED, "released", "cancelled"), promised=True, refused=True),
    ]
    events = [event for order in orders for event in _events_of(order)]
    events.append(Event("welcome", "user.registered", f"users/{ADA}", 0.0, sent=True))
    return Stored(
        orders={order.id: order for order in orders},
        reservations={
            CONFIRMED: Reservation(CONFIRMED, "reserved", {LAMP: 1}),
            CANCELLED: Reservation(CANCELLED, "released", {LAMP: 1}),
            DELIVERED: Reservation(DELIVERED, "committed", {LAMP: 1}),
            ACCEPTED: Reservation(ACCEPTED, "reserved", {LAMP: 1}),
            REFUSED: Reservation(REFUSED, "released", {}),
        },
        products={LAMP: Product(LAMP, 24, 2, 5, _ledger())},
        users={"ada": ADA},
        events=tuple(events),
        notifications=tuple(_notification(n, e) for n, e in enumerate(events)),
        mails=Counter(event.id for event in events),
    )


def wrong(
    promise: str, log: ClientLog, stored: Stored, troubles: Iterable[Trouble] = ()
) -> str:
    """Returns the findings of the checks whose promise contains the text."""
    checks = [c for c in audit(log, stored, list(troubles)) if promise in c.promise]
    assert checks, f"nothing checks that {promise}"
    return "\n".join(name for check in checks for name in check.wrong)


def with_order(stored: Stored, order_id: int, **changes: Any) -> Stored:
    changed = replace(stored.orders[order_id], **changes)
    return replace(stored, orders={**stored.orders, order_id: changed})


def with_lamp(stored: Stored, **changes: Any) -> Stored:
    changed = replace(stored.products[LAMP], **changes)
    return replace(stored, products={LAMP: changed})


def without(items: Mapping[int, Item], key: int) -> dict[int, Item]:
    return {each: item for each, item in items.items() if each != key}


def _purchase(number: int, *answers: Answer) -> Purchase:
    return Purchase(f"key-{number}", {LAMP: 1}, answers=list(answers))


def _order(order_id: int, stock: str, *became: str) -> Order:
    history = tuple(
        Change(status, float(at)) for at, status in enumerate(("pending", *became))
    )
    key, items = f"key-{order_id}", {LAMP: 1}
    return Order(order_id, ADA, key, became[-1], stock, False, False, items, history)


def _events_of(order: Order) -> list[Event]:
    subject = f"orders/{order.id}"
    if order.refused:
        rejected = Event(f"{subject} no", "order.rejected", subject, 1.0, sent=True)
        return [rejected] if order.promised else []
    return [
        Event(f"{subject} {c.status}", TYPES[c.status], subject, c.at, sent=True)
        for c in order.history[1:]
    ]


def _notification(number: int, event: Event) -> Notification:
    kind, _, about = event.subject.partition("/")
    order_id = int(about) if kind == "orders" else None
    return Notification(
        id=number,
        event_id=event.id,
        event_type=event.type,
        user_id=ADA,
        order_id=order_id,
        channel="email",
        status="sent",
        attempts=1,
        sent_at=event.stored_at + 1.0,
    )


def _ledger() -> tuple[Entry, ...]:
    return (
        Entry(LAMP, "initial", INITIAL, INITIAL, "initial stock", None),
        Entry(LAMP, "restock", 5, 25, "five more", None),
        Entry(LAMP, "sale", -1, 24, f"order {DELIVERED}", DELIVERED),
    )
