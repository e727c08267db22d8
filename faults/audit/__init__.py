"""Compares what clients were told with what is stored. It reads and asks nothing."""

from collections.abc import Sequence

from faults.audit.answers import audit_answers
from faults.audit.check import Check
from faults.audit.notifications import audit_notifications
from faults.audit.orders import audit_orders
from faults.audit.punctuality import audit_punctuality
from faults.audit.stock import audit_stock
from faults.hurting import Trouble
from faults.stored import Stored
from faults.told import Told

__all__ = ["Check", "audit"]


def audit(
    told: Told, stored: Stored, troubles: Sequence[Trouble], *, in_time: bool = True
) -> list[Check]:
    """
    Args:
        in_time: whether what was late counts as wrong.
    """
    return [
        *audit_answers(told),
        *audit_orders(told, stored),
        *audit_stock(told, stored),
        *audit_notifications(told, stored),
        *audit_punctuality(told, stored, troubles, in_time=in_time),
        Check("left undone at rest", 0, tuple(stored.unfinished())),
    ]
