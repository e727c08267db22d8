"""Checks that pending work settles in time after the end of a fault."""

import math
from collections.abc import Iterator, Sequence

from tools.faults.audit.check import Check, check
from tools.faults.client_log import ClientLog
from tools.faults.fault_injection import Trouble
from tools.faults.snapshot import Stored

SETTLE_SECONDS = 30.0
NOTIFY_SECONDS = 10.0

EXCUSED = "late, on a machine that was too busy for that to tell anything"

SETTLING = {"order-service", "product-service", "user-service", "postgres"}
TELLING = {"notification-service", "rabbitmq", "postgres"}
# The services that an event needs; user-service knows the address of the seller.
PUBLISHING = {
    "order": {"order-service"},
    "user": {"user-service"},
    "inventory": {"product-service", "user-service"},
}


def audit_punctuality(
    log: ClientLog, stored: Stored, troubles: Sequence[Trouble], *, in_time: bool
) -> list[Check]:
    accepted = {i for purchase in log.purchases for i in purchase.orders_with(202)}
    return [
        check(
            "parts with a fault: recovered",
            len(troubles),
            (
                f"{trouble.part} did not recover from a {trouble.kind}"
                for trouble in troubles
                if math.isinf(trouble.recovered)
            ),
        ),
        _judge(
            f"orders answered 202: settled within {SETTLE_SECONDS:.0f} s",
            len(accepted),
            _slow_orders(accepted, stored, troubles),
            in_time,
        ),
        _judge(
            f"events: notified within {NOTIFY_SECONDS:.0f} s",
            len(stored.events),
            _slow_notifications(stored, troubles),
            in_time,
        ),
    ]


def _judge(promise: str, counted: int, late: Iterator[str], in_time: bool) -> Check:
    if in_time:
        return check(promise, counted, late)
    return check(promise, counted, (), (EXCUSED for _ in late))


def _slow_orders(
    order_ids: set[int], stored: Stored, troubles: Sequence[Trouble]
) -> Iterator[str]:
    for order_id in sorted(order_ids & stored.orders.keys()):
        history = stored.orders[order_id].history
        if len(history) > 1:
            waited = longest_calm(history[0].at, history[1].at, SETTLING, troubles)
            if waited > SETTLE_SECONDS:
                yield f"order {order_id} took {waited:.1f} s while all was well"


def _slow_notifications(stored: Stored, troubles: Sequence[Trouble]) -> Iterator[str]:
    settled = {n.event_id: n.sent_at for n in stored.notifications}
    for event in stored.events:
        sent_at = settled.get(event.id)
        if sent_at is not None:
            needed = TELLING | PUBLISHING[event.type.partition(".")[0]]
            waited = longest_calm(event.stored_at, sent_at, needed, troubles)
            if waited > NOTIFY_SECONDS:
                yield f"{event.type} {event.id} took {waited:.1f} s while all was well"


def longest_calm(
    began: float, ended: float, needed: set[str], troubles: Sequence[Trouble]
) -> float:
    """The longest time in between in which everything needed was well: seconds."""
    calm, longest = began, 0.0
    for trouble in sorted(troubles, key=lambda trouble: trouble.began):
        if trouble.part in needed and trouble.began < ended:
            longest = max(longest, trouble.began - calm)
            calm = max(calm, trouble.recovered)
    return max(longest, ended - calm)
