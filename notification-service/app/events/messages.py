"""The events that are consumed here, as far as this service cares for their data."""

from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from chassis import Id, Text


class _Consumed(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Customer(_Consumed):
    """The customer as of ordering."""

    user_id: Id
    username: Text
    name: Text | None = None
    email: Text | None = None


class Item(_Consumed):
    product_name: Text
    quantity: int
    unit_price: Decimal
    total_price: Decimal


class OrderChanged(_Consumed):
    """What every event of an order tells: how the order is from now on."""

    order_id: Id
    order_number: Text
    status: Text
    customer: Customer
    items: list[Item]
    total_amount: Decimal
    shipping_address: Text | None = None
    reason: Text | None = None
