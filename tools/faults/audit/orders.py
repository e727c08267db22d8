"""Orders: stored as answered, one for each key, and moved as asked."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from tools.faults.audit.check import Check, check
from tools.faults.client_log import ClientLog, Purchase
from tools.faults.snapshot import Order, Stored

# The statuses that an order can have after this request.
POSSIBLE_STATUSES = {
    "cancelled": ("cancelled",),
    "shipped": ("shipped", "delivered"),
    "delivered": ("delivered",),
}


def audit_orders(log: ClientLog, stored: Stored) -> list[Check]:
    asked = _asked_of(log)
    attempts = _by_key(stored)
    confirmed = _orders_answered(log, 201)
    accepted = {
        i: p for i, p in _orders_answered(log, 202).items() if i not in confirmed
    }
    unavailable = [p for p in log.purchases if p.got_only(503)]
    rejected = [p for p in log.purchases if p.was_rejected]
    return [
        check(
            "orders answered 201: stored, with the status that was asked for",
            len(confirmed),
            _contradictions(confirmed, stored, asked),
            (_outcome(stored.orders.get(i)) for i in confirmed),
        ),
        check(
            "orders answered 202: settled",
            len(accepted),
            _contradictions(accepted, stored, asked, may_be_refused=True),
            (_outcome(stored.orders.get(i)) for i in accepted),
        ),
        check(
            "orders answered only 503: not placed",
            len(unavailable),
            _not_cancelled(unavailable, attempts),
        ),
        check(
            "orders answered 404 or 409: not placed",
            len(rejected),
            _not_cancelled(rejected, attempts),
        ),
        check("orders: one for each key", len(attempts), _doubled(log, attempts)),
        *(_moved(log, stored, target) for target in POSSIBLE_STATUSES),
        check(
            "orders: none reached a status twice",
            len(stored.orders),
            _became_twice(stored.orders.values()),
        ),
    ]


def _asked_of(log: ClientLog) -> defaultdict[int, set[str]]:
    asked: defaultdict[int, set[str]] = defaultdict(set)
    for move in log.moves:
        asked[move.order_id].add(move.target)
    return asked


def _by_key(stored: Stored) -> defaultdict[str, list[Order]]:
    """All that was ever stored under a key, attempts that failed included."""
    attempts: defaultdict[str, list[Order]] = defaultdict(list)
    for order in stored.orders.values():
        attempts[order.key].append(order)
    return attempts


def _orders_answered(log: ClientLog, status: int) -> dict[int, Purchase]:
    return {i: p for p in log.purchases for i in p.orders_with(status)}


def _contradictions(
    purchases: dict[int, Purchase],
    stored: Stored,
    asked: defaultdict[int, set[str]],
    *,
    may_be_refused: bool = False,
) -> Iterator[str]:
    for order_id, purchase in purchases.items():
        order = stored.orders.get(order_id)
        if order is None:
            yield f"order {order_id} (key {purchase.key}) is lost"
        elif (order.key, order.items) != (purchase.key, purchase.items):
            yield f"order {order_id} is not what key {purchase.key} asked for"
        elif order.refused:
            if not may_be_refused:
                yield f"order {order_id} was withdrawn"
        elif order.status not in {"confirmed", *asked[order_id]}:
            yield f"order {order_id} is {order.status}, unasked"


def _outcome(order: Order | None) -> str:
    if order is None:
        return "lost"
    return "withdrawn" if order.refused else order.status


def _not_cancelled(
    purchases: Iterable[Purchase], attempts: defaultdict[str, list[Order]]
) -> Iterator[str]:
    for purchase in purchases:
        for order in attempts[purchase.key]:
            if order.status != "cancelled":
                yield f"order {order.id} (key {purchase.key}) is {order.status}"


def _doubled(log: ClientLog, attempts: defaultdict[str, list[Order]]) -> Iterator[str]:
    for purchase in log.purchases:
        alive = [order.id for order in attempts[purchase.key] if not order.refused]
        if len(alive) > 1:
            yield f"key {purchase.key} has orders {alive}"


def _moved(log: ClientLog, stored: Stored, target: str) -> Check:
    done = {
        move.order_id
        for move in log.moves
        if move.target == target and move.got(200, 204)
    }
    wrong = []
    for order_id in sorted(done):
        order = stored.orders.get(order_id)
        if order is None or order.status not in POSSIBLE_STATUSES[target]:
            wrong.append(f"order {order_id} is {_outcome(order)}")
    return check(f"orders set to {target}: have that status", len(done), wrong)


def _became_twice(orders: Iterable[Order]) -> Iterator[str]:
    for order in orders:
        for status, times in Counter(c.status for c in order.history).items():
            if times > 1:
                yield f"order {order.id} became {status} {times} times"
