"""The events that are consumed here, as far as this service cares for their data."""

from decimal import Decimal

from pydantic import BaseModel, ConfigDict


class _Consumed(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


class Customer(_Consumed):
    """The customer as of ordering."""

    user_id: int
    username: str
    name: str | None = None
    email: str | None = None


class Item(_Consumed):
    product_name: str
    quantity: int
    unit_price: Decimal
    total_price: Decimal


class OrderChanged(_Consumed):
    """What every event of an order tells: how the order is from now on."""

    order_id: int
    order_number: str
    status: str
    customer: Customer
    items: list[Item]
    total_amount: Decimal
    shipping_address: str | None = None
    reason: str | None = None
