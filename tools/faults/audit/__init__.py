"""Compares the clients' log with the stored data; sends no request."""

from collections.abc import Sequence

from tools.faults.audit.answers import audit_answers
from tools.faults.audit.check import Check
from tools.faults.audit.notifications import audit_notifications
from tools.faults.audit.orders import audit_orders
from tools.faults.audit.punctuality import audit_punctuality
from tools.faults.audit.stock import audit_stock
from tools.faults.client_log import ClientLog
from tools.faults.fault_injection import Trouble
from tools.faults.snapshot import Stored

__all__ = ["Check", "audit"]


def audit(
    log: ClientLog, stored: Stored, troubles: Sequence[Trouble], *, in_time: bool = True
) -> list[Check]:
    """
    Args:
        in_time: whether what was late counts as wrong.
    """
    return [
        *audit_answers(log),
        *audit_orders(log, stored),
        *audit_stock(log, stored),
        *audit_notifications(log, stored),
        *audit_punctuality(log, stored, troubles, in_time=in_time),
        Check("unfinished work at rest", 0, tuple(stored.unfinished())),
    ]
