"""How much of a product there is, how much of it is promised, and how that came."""

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    func,
    text,
)
from sqlalchemy.orm import Mapped, WriteOnlyMapped, mapped_column, relationship

from chassis import Base, Conflict

MAX_STOCK = 2**31 - 1


class InsufficientStock(Conflict):
    """Less is available than was asked for."""


class StockLimitExceeded(Conflict):
    """More than can be counted."""


class NotReserved(Conflict):
    """More was to be sold or released than is reserved."""


class LedgerKind(StrEnum):
    INITIAL = "initial"
    RESTOCK = "restock"
    REDUCTION = "reduction"
    CORRECTION = "correction"
    SALE = "sale"


class LedgerEntry(Base):
    """One change of what is on hand; the changes of a product add up to it."""

    __tablename__ = "stock_ledger"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('initial', 'restock', 'reduction', 'correction', 'sale')",
            name="kind",
        ),
        CheckConstraint("change <> 0", name="change_not_zero"),
        CheckConstraint("on_hand_after >= 0", name="on_hand_after_not_negative"),
        Index(None, "product_id", "id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("stock.product_id"))
    kind: Mapped[str] = mapped_column(String(20))
    change: Mapped[int] = mapped_column(Integer)
    on_hand_after: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(200))
    order_id: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Stock(Base):
    """`on_hand` is what lies there: `available` to order, or `reserved` by orders.

    Only `_move` changes what is on hand, so that no change can miss the ledger.
    """

    __tablename__ = "stock"
    __table_args__ = (
        CheckConstraint("on_hand >= 0", name="on_hand_not_negative"),
        CheckConstraint("reserved BETWEEN 0 AND on_hand", name="reserved_on_hand"),
        CheckConstraint("low_stock_threshold >= 0", name="threshold_not_negative"),
    )

    product_id: Mapped[int] = mapped_column(
        ForeignKey("products.id"), primary_key=True, autoincrement=False
    )
    on_hand: Mapped[int] = mapped_column(Integer)
    reserved: Mapped[int] = mapped_column(Integer)
    low_stock_threshold: Mapped[int] = mapped_column(Integer, server_default=text("5"))
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    ledger: WriteOnlyMapped[LedgerEntry] = relationship()

    @classmethod
    def opened_with(cls, quantity: int) -> "Stock":
        stock = cls(on_hand=0, reserved=0)
        if quantity:
            stock._move(LedgerKind.INITIAL, quantity, "initial stock")
        return stock

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved

    def restock(self, quantity: int, reason: str) -> None:
        self._move(LedgerKind.RESTOCK, quantity, reason)

    def reduce(self, quantity: int, reason: str) -> None:
        self._require_available(quantity)
        self._move(LedgerKind.REDUCTION, -quantity, reason)

    def correct(self, available: int) -> None:
        """Makes this much available, whatever was; reservations stay as they are."""
        difference = available - self.available
        if difference:
            self._move(LedgerKind.CORRECTION, difference, "quantity set")

    def reserve(self, quantity: int) -> None:
        self._require_available(quantity)
        self.reserved += quantity
        self.updated_at = datetime.now(UTC)

    def release(self, quantity: int) -> None:
        self._require_reserved(quantity)
        self.reserved -= quantity
        self.updated_at = datetime.now(UTC)

    def sell(self, quantity: int, order_id: int) -> None:
        """What was reserved leaves the house."""
        self.release(quantity)
        self._move(LedgerKind.SALE, -quantity, f"order {order_id}", order_id)

    def _move(
        self, kind: LedgerKind, change: int, reason: str, order_id: int | None = None
    ) -> None:
        if self.on_hand + change > MAX_STOCK:
            raise StockLimitExceeded(
                f"there cannot be more than {MAX_STOCK} of product {self.product_id}",
                product_id=self.product_id,
            )
        self.on_hand += change
        self.updated_at = datetime.now(UTC)
        self.ledger.add(
            LedgerEntry(
                kind=kind,
                change=change,
                on_hand_after=self.on_hand,
                reason=reason,
                order_id=order_id,
            )
        )

    def _require_available(self, quantity: int) -> None:
        if quantity > self.available:
            raise InsufficientStock(
                f"only {self.available} of product {self.product_id} are available",
                product_id=self.product_id,
                requested=quantity,
                available=self.available,
            )

    def _require_reserved(self, quantity: int) -> None:
        if quantity > self.reserved:
            raise NotReserved(
                f"only {self.reserved} of product {self.product_id} are reserved",
                product_id=self.product_id,
            )
