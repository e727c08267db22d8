"""The events that are consumed here, as far as this service cares for their data."""

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from chassis import Id, Text, in_one_line

QuotedText = Annotated[Text, AfterValidator(in_one_line)]
"""What a user wrote, as one line: it must not look like a paragraph of ours."""


def _in_one_line(address: str) -> str:
    lines = (in_one_line(line) for line in address.splitlines())
    return ", ".join(line for line in lines if line)


QuotedAddress = Annotated[Text, AfterValidator(_in_one_line)]


class _Consumed(BaseModel):
    model_config = ConfigDict(extra="ignore")


class User(_Consumed):
    """A user as of the event."""

    user_id: Id
    username: QuotedText | None = None
    name: QuotedText | None = None
    email: Text | None = None


class UserRegistered(User):
    """An account was opened."""


class EmailChanged(_Consumed):
    """An account has another e-mail address, or none, in place of the old one."""

    user_id: Id
    username: QuotedText | None = None
    name: QuotedText | None = None
    old_email: Text | None = None


class UserErased(_Consumed):
    user_id: Id


class InventoryLow(_Consumed):
    """What is available of a product has fallen to its threshold, or to 0."""

    product_id: Id
    product_name: QuotedText
    owner_id: Id
    available: int
    threshold: int

    @property
    def is_sold_out(self) -> bool:
        return self.available == 0


class Item(_Consumed):
    product_name: QuotedText
    quantity: int
    unit_price: Decimal
    total_price: Decimal


class _OrderEvent(_Consumed):
    order_id: Id
    order_number: Text
    customer: User


class RejectedItem(_Consumed):
    """Why one product of an order was not reserved."""

    product_id: Id
    code: Text
    requested: int | None = None
    available: int | None = None
    agreed_price: Decimal | None = None
    unit_price: Decimal | None = None


class OrderRejected(_OrderEvent):
    """An order that was answered 202 is not placed.

    Attributes:
        reason: a code, such as `price_changed`.
    """

    reason: Text
    rejected_items: list[RejectedItem]


class OrderChanged(_OrderEvent):
    """What every event of a placed order tells: how the order is from now on."""

    status: Text
    items: list[Item]
    total_amount: Decimal
    shipping_address: QuotedAddress | None = None
    reason: QuotedText | None = None
