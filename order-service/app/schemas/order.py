"""The request and response bodies about orders."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import Field, model_validator
from sqlalchemy import RowMapping

from app.models import Order, OrderStatus, RequestedItem
from chassis import (
    Amount,
    BlankAsNone,
    Id,
    Money,
    MultiLineText,
    RequestBody,
    ResponseBody,
    WholeNumber,
    example,
)

MAX_ITEMS = 100
ShippingAddress = Annotated[MultiLineText, Field(max_length=500)]
Quantity = Annotated[WholeNumber, Field(ge=1, le=2**31 - 1)]


class OrderLine(RequestBody):
    product_id: Id
    quantity: Quantity
    unit_price: Annotated[
        Money | None,
        Field(
            description="the price that the customer agreed to; 409 if it has changed"
        ),
    ] = None


class OrderCreate(RequestBody):
    """The order: `items`, or the short form with one product at the top level."""

    model_config = example(
        {
            "items": [{"product_id": 1, "quantity": 2}],
            "shipping_address": "1 Analytical Row, London",
        }
    )

    items: Annotated[list[OrderLine], Field(min_length=1, max_length=MAX_ITEMS)]
    shipping_address: BlankAsNone[ShippingAddress] = None

    @model_validator(mode="before")
    @classmethod
    def _expand_short_form(cls, body: Any) -> Any:
        if not isinstance(body, dict) or "items" in body:
            return body
        line_fields = OrderLine.model_fields.keys()
        line = {k: v for k, v in body.items() if k in line_fields}
        rest = {k: v for k, v in body.items() if k not in line_fields}
        return {**rest, "items": [line]} if line else body

    @property
    def requested_items(self) -> list[RequestedItem]:
        return [
            RequestedItem(line.product_id, line.quantity, line.unit_price)
            for line in self.items
        ]

    def with_sorted_items(self) -> Self:
        """Returns a copy that is equal for equal items in any order."""
        lines = sorted(self.items, key=lambda line: line.model_dump_json())
        return self.model_copy(update={"items": lines})


class StatusChange(RequestBody):
    model_config = example({"status": "cancelled"})

    status: OrderStatus


class ItemRead(ResponseBody):
    """An item; its name and prices are null while the order is pending."""

    product_id: int
    product_name: str | None
    quantity: int
    unit_price: Amount | None
    total_price: Amount | None


_ABSENT = object()
# Not null, because the field is absent from an order with several items.
_ABSENT_UNLESS_SINGLE: Any = Field(
    default_factory=lambda: _ABSENT, exclude_if=lambda value: value is _ABSENT
)


class OrderRead(ResponseBody):
    """An order. `reason` is the error code of an order that was not placed.

    With a single item, the item's fields stand at the top level too: `product_id`,
    `product_name`, `quantity`, `unit_price` and `total_price`. With several items, the
    top level does not have these fields.
    """

    model_config = example(
        {
            "id": 17,
            "order_number": "ORD-20260131-000017",
            "user_id": 3,
            "customer_name": "Ada Lovelace",
            "customer_email": "ada@example.com",
            "items": [
                {
                    "product_id": 1,
                    "product_name": "Brass lamp",
                    "quantity": 2,
                    "unit_price": "49.90",
                    "total_price": "99.80",
                }
            ],
            "total_amount": "99.80",
            "status": "confirmed",
            "reason": None,
            "shipping_address": "1 Analytical Row, London",
            "created_at": "2026-01-31T12:00:00Z",
            "updated_at": "2026-01-31T12:00:00Z",
            "product_id": 1,
            "product_name": "Brass lamp",
            "quantity": 2,
            "unit_price": "49.90",
            "total_price": "99.80",
        }
    )

    id: int
    order_number: str
    user_id: int
    customer_name: str
    customer_email: str | None
    items: list[ItemRead]
    total_amount: Amount | None
    status: OrderStatus
    reason: str | None
    shipping_address: str | None
    created_at: datetime
    updated_at: datetime
    product_id: int = _ABSENT_UNLESS_SINGLE
    product_name: str | None = _ABSENT_UNLESS_SINGLE
    quantity: int = _ABSENT_UNLESS_SINGLE
    unit_price: Amount | None = _ABSENT_UNLESS_SINGLE
    total_price: Amount | None = _ABSENT_UNLESS_SINGLE

    @classmethod
    def of(cls, order: Order) -> Self:
        read = cls.model_validate(order)
        if len(read.items) == 1:
            return read.model_copy(update=dict(read.items[0]))
        return read

    @classmethod
    def of_row(cls, row: RowMapping) -> Self:
        """Returns the order of a row of `OrderLists`."""
        items = row["items"]
        single = items[0] if len(items) == 1 else {}
        return cls.model_validate({**row, **single})


class ChangeRead(ResponseBody):
    """A change of an order's status."""

    model_config = example(
        {
            "status": "confirmed",
            "changed_by": None,
            "reason": None,
            "changed_at": "2026-01-31T12:00:00Z",
        }
    )

    status: OrderStatus
    changed_by: int | None
    reason: str | None
    changed_at: datetime
