"""Stock: taken once for each order, given back once, and all of it accounted for."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

from tools.faults.audit.check import Check, check
from tools.faults.client_log import ClientLog, StockChange
from tools.faults.snapshot import Entry, Order, Product, Stored

SOLD = ("shipped", "delivered")
# The state of the stock in order-service, and the same in product-service.
HELD_AS = {
    "confirmed": ("held", "reserved"),
    "shipped": ("committed", "committed"),
    "delivered": ("committed", "committed"),
    "cancelled": ("released", "released"),
}


def audit_stock(log: ClientLog, stored: Stored) -> list[Check]:
    settled = [o for o in stored.orders.values() if o.status != "pending"]
    return [
        check(
            "stock of an order: reserved once, or released",
            len(settled),
            _not_as_status_says(settled, stored),
        ),
        check(
            "reservations without an order: none",
            len(stored.reservations),
            (
                f"{reservation.items} are {reservation.status} for {order_id}"
                for order_id, reservation in stored.reservations.items()
                if order_id not in stored.orders and reservation.status != "released"
            ),
        ),
        check(
            "products: initial stock and all changes add up",
            len(log.initial),
            _do_not_add_up(log, stored),
        ),
        check(
            "restocks and reductions: in the ledger as answered",
            sum(bool(change.answers) for change in log.stock_changes),
            _contradictions(log, stored),
        ),
    ]


def _not_as_status_says(orders: Iterable[Order], stored: Stored) -> Iterator[str]:
    sales = Counter(
        (entry.order_id, entry.product_id, -entry.change)
        for product in stored.products.values()
        for entry in product.ledger
        if entry.kind == "sale"
    )
    for order in orders:
        belief, status = HELD_AS[order.status]
        reservation = stored.reservations.get(order.id)
        if reservation is None:
            # Released already, and its tombstone is gone, or it was never asked for.
            if order.status != "cancelled":
                yield f"order {order.id} is {order.status} and has no reservation"
            continue
        if (order.stock, reservation.status) != (belief, status):
            yield (
                f"order {order.id} is {order.status}, its stock {order.stock} "
                f"and its reservation {reservation.status}"
            )
        if reservation.items and reservation.items != order.items:
            yield f"order {order.id} reserved {reservation.items}, not {order.items}"
        for product_id, quantity in order.items.items():
            times = sales[order.id, product_id, quantity]
            if times != (order.status in SOLD):
                yield f"order {order.id} sold product {product_id} {times} times"


def _do_not_add_up(log: ClientLog, stored: Stored) -> Iterator[str]:
    for product_id, initial in log.initial.items():
        product = stored.products.get(product_id)
        if product is None:
            yield f"product {product_id} is lost"
            continue
        sold = _ordered(stored, product_id, *SOLD)
        reserved = _ordered(stored, product_id, "confirmed", "pending")
        came = initial + product.total("restock", "reduction", "correction")
        if product.on_hand != came - sold:
            yield f"product {product_id}: {came} - {sold} sold, not {product.on_hand}"
        if product.reserved != reserved:
            yield f"product {product_id}: {product.reserved} reserved, not {reserved}"
        if min(product.available, product.reserved) < 0:
            yield f"product {product_id} has less than nothing"
        yield from _breaks_in_ledger(product)


def _ordered(stored: Stored, product_id: int, *statuses: str) -> int:
    """Returns the quantity in orders, according to order-service."""
    return sum(
        order.items.get(product_id, 0)
        for order in stored.orders.values()
        if order.status in statuses
    )


def _breaks_in_ledger(product: Product) -> Iterator[str]:
    counts = [0, *(entry.after for entry in product.ledger)]
    for (before, after), entry in zip(pairwise(counts), product.ledger, strict=True):
        if after != before + entry.change or after < 0:
            yield f"product {product.id}: {entry} follows {before}"
    if counts[-1] != product.on_hand:
        yield f"product {product.id}: the ledger ends with {counts[-1]}"


def _contradictions(log: ClientLog, stored: Stored) -> Iterator[str]:
    written = Counter(
        _mark(entry)
        for product in stored.products.values()
        for entry in product.ledger
        if entry.kind in ("restock", "reduction")
    )
    for change in log.stock_changes:
        if change.kind == "correction":
            continue
        times = written.pop(_asked(change), 0)
        sure = change.got_only(200) or change.got_only(409) or change.was_never_sent
        if times > 1 or (sure and times != change.got(200)):
            yield f"{change} was written {times} times"
    yield from (f"{mark} was never asked for" for mark in written)


def _mark(entry: Entry) -> tuple[int, int, str]:
    return entry.product_id, entry.change, entry.reason


def _asked(change: StockChange) -> tuple[int, int, str]:
    sign = 1 if change.kind == "restock" else -1
    return change.product_id, sign * change.quantity, change.reason
