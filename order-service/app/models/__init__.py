"""The tables. Importing this package makes all of them known to SQLAlchemy."""

from app.models.erased_user import ErasedUser
from app.models.idempotency_key import IdempotencyKey
from app.models.messages import OrderMessage, ReceivedEvent
from app.models.order import Order
from app.models.order_change import OrderChange
from app.models.order_item import OrderItem, PricedItem, Wanted
from app.models.order_status import OrderStatus, StockState

__all__ = [
    "ErasedUser",
    "IdempotencyKey",
    "Order",
    "OrderChange",
    "OrderItem",
    "OrderMessage",
    "OrderStatus",
    "PricedItem",
    "ReceivedEvent",
    "StockState",
    "Wanted",
]
