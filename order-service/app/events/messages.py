"""The events of order-service. Their schemas are in contracts/events/."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

from app.models import Order
from chassis import Amount, EventData


class Customer(BaseModel):
    """The customer, at the time of the order."""

    user_id: int
    username: str
    name: str
    email: str | None


class PricedLine(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    product_id: int
    product_name: str
    quantity: int
    unit_price: Amount
    total_price: Amount


class OrderEvent(EventData):
    """The fields that all events have in common.

    Attributes:
        version: grows with each change; the newer of two events has the greater one.
    """

    exchange: ClassVar[str] = "order_events"
    must_route: ClassVar[bool] = True

    order_id: int
    order_number: str
    version: int
    status: str
    customer: Customer
    shipping_address: str | None
    created_at: datetime

    @property
    def subject(self) -> str:
        return f"orders/{self.order_id}"

    @classmethod
    def of(cls, order: Order, **more: Any) -> Self:
        return cls.model_validate(
            {
                "order_id": order.id,
                "order_number": order.order_number,
                "version": order.version,
                "status": order.status,
                "customer": Customer(
                    user_id=order.user_id,
                    username=order.username,
                    name=order.customer_name,
                    email=order.customer_email,
                ),
                "items": order.items,
                "total_amount": order.total_amount,
                "shipping_address": order.shipping_address,
                "created_at": order.created_at,
                **more,
            }
        )


class PricedOrderEvent(OrderEvent):
    """The fields of events about an order that has been confirmed."""

    items: list[PricedLine]
    total_amount: Amount


class OrderCreated(PricedOrderEvent):
    """An order has been confirmed. Published once for each order."""

    type: ClassVar[str] = "order.created"


class OrderCancelled(PricedOrderEvent):
    """A confirmed order has been cancelled."""

    type: ClassVar[str] = "order.cancelled"

    reason: str | None


class RequestedLine(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    product_id: int
    quantity: int
    agreed_price: Amount | None


class RejectedItem(BaseModel):
    """A product that was not reserved: it is unknown, short or has a new price."""

    product_id: int
    code: str
    requested: int | None = None
    available: int | None = None
    agreed_price: Amount | None = None
    unit_price: Amount | None = None


class OrderRejected(OrderEvent):
    """An order that was pending (202) has been rejected; no stock is reserved for it.

    Attributes:
        reason: a code, such as `price_changed`.
        detail: the reason as a sentence.
        rejected_items: empty if the reason does not concern single products.
    """

    type: ClassVar[str] = "order.rejected"

    items: list[RequestedLine]
    reason: str
    detail: str
    rejected_items: list[RejectedItem]

    @classmethod
    def because(
        cls, order: Order, reason: str, detail: str, items: Sequence[Any] = ()
    ) -> Self:
        return cls.of(order, reason=reason, detail=detail, rejected_items=items)


class OrderStatusChanged(PricedOrderEvent):
    """An order has been shipped or delivered."""

    type: ClassVar[str] = "order.status_changed"

    previous_status: str
