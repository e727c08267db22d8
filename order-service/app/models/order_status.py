"""The status of an order, and the state of its stock."""

from enum import StrEnum


class OrderStatus(StrEnum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class StockState(StrEnum):
    """The state of the reserved stock; `DUE_` states need a call of product-service."""

    HELD = "held"
    DUE_COMMIT = "due_commit"
    COMMITTED = "committed"
    DUE_RELEASE = "due_release"
    RELEASED = "released"
