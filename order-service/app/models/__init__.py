"""The tables. Importing this package registers all of them with SQLAlchemy."""

from app.models.erased_user import ErasedUser
from app.models.idempotency_key import IdempotencyKey
from app.models.messages import OrderMessage, ReceivedEvent
from app.models.order import CLAIM, Order
from app.models.order_change import OrderChange
from app.models.order_item import OrderItem, PricedItem, RequestedItem
from app.models.order_status import OrderStatus, StockState

__all__ = [
    "CLAIM",
    "ErasedUser",
    "IdempotencyKey",
    "Order",
    "OrderChange",
    "OrderItem",
    "OrderMessage",
    "OrderStatus",
    "PricedItem",
    "ReceivedEvent",
    "RequestedItem",
    "StockState",
]
