"""The reserved stock of an order, until its sale or release."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    Integer,
    String,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.errors import ReservationCommitted, ReservationDiffers, ReservationReleased
from app.models.product import Product
from chassis import Base


class ReservationStatus(StrEnum):
    RESERVED = "reserved"
    COMMITTED = "committed"
    RELEASED = "released"


@dataclass(frozen=True)
class Wanted:
    """The requested quantity of a product.

    Attributes:
        agreed_prices: the prices that the customer agreed to; empty accepts any.
    """

    quantity: int = 0
    agreed_prices: frozenset[Decimal] = frozenset()

    def plus(self, quantity: int, agreed_price: Decimal | None) -> "Wanted":
        agreed = self.agreed_prices
        if agreed_price is not None:
            agreed |= {agreed_price}
        return Wanted(self.quantity + quantity, agreed)

    def accepts(self, price: Decimal) -> bool:
        return self.agreed_prices <= {price}


class ReservationItem(Base):
    """A reserved product, with the name and price at that time."""

    __tablename__ = "reservation_items"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("unit_price > 0", name="unit_price_positive"),
    )

    order_id: Mapped[int] = mapped_column(
        ForeignKey("reservations.order_id", ondelete="CASCADE"), primary_key=True
    )
    product_id: Mapped[int] = mapped_column(
        ForeignKey("products.id"), primary_key=True, autoincrement=False
    )
    quantity: Mapped[int] = mapped_column(Integer)
    unit_price: Mapped[Decimal]
    product_name: Mapped[str] = mapped_column(String(255))


class Reservation(Base):
    """The reservation of an order; a released one is a tombstone.

    The order's id belongs to order-service, so that no foreign key refers to it.

    Attributes:
        released_at: the time from which the age of the tombstone counts.
    """

    __tablename__ = "reservations"
    __table_args__ = (
        CheckConstraint(
            "status IN ('reserved', 'committed', 'released')", name="status"
        ),
        CheckConstraint(
            "(status = 'reserved') = (settled_at IS NULL)", name="settled_at"
        ),
        Index(None, "released_at", postgresql_where=text("released_at IS NOT NULL")),
    )

    order_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    status: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    settled_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None] = mapped_column(
        # In PostgreSQL's spelling, so that Alembic sees no difference.
        Computed(
            "CASE WHEN status::text = 'released'::text THEN settled_at "
            "ELSE NULL::timestamp with time zone END",
            persisted=True,
        )
    )

    items: Mapped[list[ReservationItem]] = relationship(
        order_by=ReservationItem.product_id, lazy="raise"
    )

    @property
    def quantities(self) -> dict[int, int]:
        """By product, in the sequence in which stock is locked."""
        return {item.product_id: item.quantity for item in self.items}

    def take(self, product: Product, quantity: int) -> None:
        product.stock.reserve(quantity)
        self.items.append(
            ReservationItem(
                product_id=product.id,
                quantity=quantity,
                unit_price=product.price,
                product_name=product.name,
            )
        )

    def require_same_request(self, wanted: Mapping[int, Wanted]) -> None:
        """
        Raises:
            ReservationDiffers: the order reserved other items or prices.
            ReservationReleased: see there.
        """
        self._require_not_released()
        prices = {item.product_id: item.unit_price for item in self.items}
        quantities = {p: item.quantity for p, item in wanted.items()}
        if self.quantities != quantities or not all(
            item.accepts(prices[product_id]) for product_id, item in wanted.items()
        ):
            raise ReservationDiffers(
                f"order {self.order_id} has reserved other items",
                order_id=self.order_id,
            )

    def commit(self) -> bool:
        """Returns whether it was not committed before."""
        self._require_not_released()
        return self._settle(ReservationStatus.COMMITTED)

    def release(self) -> bool:
        """Returns whether it was not released before."""
        if self.status == ReservationStatus.COMMITTED:
            raise ReservationCommitted(
                f"the reserved stock of order {self.order_id} has been sold",
                order_id=self.order_id,
            )
        return self._settle(ReservationStatus.RELEASED)

    def _require_not_released(self) -> None:
        if self.status == ReservationStatus.RELEASED:
            raise ReservationReleased(
                f"the reservation of order {self.order_id} has been released",
                order_id=self.order_id,
            )

    def _settle(self, status: ReservationStatus) -> bool:
        if self.status == status:
            return False
        self.status = status
        self.settled_at = datetime.now(UTC)
        return True
