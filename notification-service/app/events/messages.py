"""The consumed events, with the fields that this service needs."""

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from chassis import Id, Text, in_one_line

QuotedText = Annotated[Text, AfterValidator(in_one_line)]
"""Text of a user, on one line, so that it cannot look like a paragraph of ours."""


def _in_one_line(address: str) -> str:
    lines = (in_one_line(line) for line in address.splitlines())
    return ", ".join(line for line in lines if line)


QuotedAddress = Annotated[Text, AfterValidator(_in_one_line)]


class _Consumed(BaseModel):
    model_config = ConfigDict(extra="ignore")


class User(_Consumed):
    """A user at the time of the event."""

    user_id: Id
    username: QuotedText | None = None
    name: QuotedText | None = None
    email: Text | None = None


class UserRegistered(User):
    """An account was created."""


class EmailChanged(_Consumed):
    """An account has another e-mail address, or none, in place of the old one."""

    user_id: Id
    username: QuotedText | None = None
    name: QuotedText | None = None
    old_email: Text | None = None


class UserErased(_Consumed):
    user_id: Id


class InventoryLow(_Consumed):
    """The available stock of a product has fallen to its threshold, or to 0."""

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
    """The reason why one product of an order was not reserved."""

    product_id: Id
    code: Text
    requested: int | None = None
    available: int | None = None
    agreed_price: Decimal | None = None
    unit_price: Decimal | None = None


class OrderRejected(_OrderEvent):
    """An order that was answered with 202 was rejected.

    Attributes:
        reason: a code, such as `price_changed`.
    """

    reason: Text
    rejected_items: list[RejectedItem]


class OrderChanged(_OrderEvent):
    """The data of every event about a placed order: the order's present state."""

    status: Text
    items: list[Item]
    total_amount: Decimal
    shipping_address: QuotedAddress | None = None
    reason: QuotedText | None = None
