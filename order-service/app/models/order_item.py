"""An item of an order, first as requested, then with the name and price reserved."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple, Self

from sqlalchemy import CheckConstraint, ForeignKey, Integer, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from chassis import Base


@dataclass(frozen=True)
class PricedItem:
    """The name and price of a product at the time of its reservation."""

    name: str
    unit_price: Decimal


class RequestedItem(NamedTuple):
    """An item of a request.

    Attributes:
        agreed_price: the unit price that the customer agreed to; None means any.
    """

    product_id: int
    quantity: int
    agreed_price: Decimal | None = None


class OrderItem(Base):
    __tablename__ = "order_items"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    order_id: Mapped[int] = mapped_column(
        ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    product_id: Mapped[int]
    quantity: Mapped[int] = mapped_column(Integer)
    agreed_price: Mapped[Decimal | None]
    product_name: Mapped[str | None]
    unit_price: Mapped[Decimal | None]

    @classmethod
    def unpriced(cls, position: int, requested: RequestedItem) -> Self:
        return cls(
            position=position,
            product_id=requested.product_id,
            quantity=requested.quantity,
            agreed_price=requested.agreed_price,
            product_name=None,
            unit_price=None,
        )

    @property
    def total_price(self) -> Decimal | None:
        return None if self.unit_price is None else self.unit_price * self.quantity

    def accepts(self, price: Decimal) -> bool:
        return self.agreed_price in (None, price)

    def priced(self, product: PricedItem) -> Self:
        """Returns a copy with the name and price of the product."""
        return type(self)(
            position=self.position,
            product_id=self.product_id,
            quantity=self.quantity,
            agreed_price=self.agreed_price,
            product_name=product.name,
            unit_price=product.unit_price,
        )
