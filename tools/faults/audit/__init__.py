"""Compares what clients were told with what is stored. It reads and asks nothing."""

from collections.abc import Sequence

from tools.faults.audit.answers import audit_answers
from tools.faults.audit.check import Check
from tools.faults.audit.notifications import audit_notifications
from tools.faults.audit.orders import audit_orders
from tools.faults.audit.punctuality import audit_punctuality
from tools.faults.audit.stock import audit_stock
from tools.faults.client_log import Told
from tools.faults.fault_injection import Trouble
from tools.faults.snapshot import Stored

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
