"""The ledger of the stock on hand."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from chassis import Base


class LedgerKind(StrEnum):
    INITIAL = "initial"
    RESTOCK = "restock"
    REDUCTION = "reduction"
    CORRECTION = "correction"
    SALE = "sale"


class LedgerEntry(Base):
    """One change of the stock on hand; all changes of a product add up to it."""

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
