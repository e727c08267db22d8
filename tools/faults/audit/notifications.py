"""Notifications: one for each event, sent, and none without an event."""

from collections import Counter
from collections.abc import Iterator

from tools.faults.audit.check import Check, check
from tools.faults.client_log import ClientLog
from tools.faults.snapshot import Stored


def audit_notifications(log: ClientLog, stored: Stored) -> list[Check]:
    orders = list(stored.orders.values())
    confirmed = {o.id for o in orders if o.became("confirmed")}
    cancelled = {o.id for o in orders if o.became("cancelled")} & confirmed
    rejected = {o.id for o in orders if o.refused and o.promised}
    moved = [o.id for o in orders for s in ("shipped", "delivered") if o.became(s)]
    low = Counter(e.id for e in stored.events if e.type == "inventory.low")
    return [
        _once("order.created", "order", Counter(confirmed), stored),
        _once("order.cancelled", "order", Counter(cancelled), stored),
        _once("order.rejected", "order", Counter(rejected), stored),
        _once("order.status_changed", "order", Counter(moved), stored),
        _once("user.registered", "user", Counter(stored.users.values()), stored),
        _once("inventory.low", "event", low, stored),
        check(
            "products low in stock: the owner was notified",
            len(stored.products),
            _silently_low(stored),
        ),
        check(
            "accounts answered 201: stored",
            len(log.registrations),
            (
                f"{registration.username} is lost"
                for registration in log.registrations
                if registration.got(201) and registration.username not in stored.users
            ),
        ),
        check(
            "notifications: sent, with at most one mail for each attempt",
            len(stored.notifications),
            _not_delivered(stored),
            _ways(stored),
        ),
        check(
            "dead letters",
            0,
            [f"{stored.dead_letters} more"] if stored.dead_letters else [],
        ),
    ]


def _once(
    event_type: str, about: str, expected: Counter[int] | Counter[str], stored: Stored
) -> Check:
    found = Counter(
        getattr(notification, f"{about}_id")
        for notification in stored.notifications
        if notification.event_type == event_type
    )
    wrong = [f"{n} missing for {about} {i}" for i, n in (expected - found).items()]
    wrong += [f"{n} too many for {about} {i}" for i, n in (found - expected).items()]
    return check(f"{event_type}: one notification each", expected.total(), wrong)


def _silently_low(stored: Stored) -> Iterator[str]:
    """An alert that waits for its hour to end follows one that was published."""
    low = [event for event in stored.events if event.type == "inventory.low"]
    notified = {event.subject for event in low}
    notified_as_sold_out = {event.subject for event in low if event.available == 0}
    for product in stored.products.values():
        sought = notified if product.available else notified_as_sold_out
        is_low = product.available <= product.threshold
        if is_low and f"products/{product.id}" not in sought:
            yield f"product {product.id} has {product.available}"


def _not_delivered(stored: Stored) -> Iterator[str]:
    for notification in stored.notifications:
        mails = stored.mails[notification.event_id]
        if notification.status != "sent":
            yield f"notification {notification.id} is {notification.status}"
        elif notification.channel != "email":
            continue
        # Each attempt is recorded before it is made: a crash may repeat a mail, and
        # nothing else may.
        elif not 1 <= mails <= notification.attempts:
            yield (
                f"notification {notification.id} is {mails} mails "
                f"after {notification.attempts} attempts"
            )


def _ways(stored: Stored) -> Iterator[str]:
    for notification in stored.notifications:
        mails = stored.mails[notification.event_id]
        yield f"{notification.channel} repeated" if mails > 1 else notification.channel
