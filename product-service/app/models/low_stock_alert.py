"""When the owner of a product was last notified of a shortage."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false, func, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis import Base


class Shortage(StrEnum):
    LOW = "low"
    OUT = "out"


class LowStockAlert(Base):
    """Times are the database's, so that all replicas agree when an hour is over.

    Attributes:
        waiting: whether the product fell into the shortage again within `INTERVAL`.
    """

    __tablename__ = "low_stock_alerts"
    __table_args__ = (
        CheckConstraint("shortage IN ('low', 'out')", name="shortage"),
        Index(
            "ix_low_stock_alerts_waiting",
            "published_at",
            postgresql_where=text("waiting"),
        ),
    )

    INTERVAL: ClassVar = timedelta(hours=1)

    product_id: Mapped[int] = mapped_column(
        ForeignKey("stock.product_id"), primary_key=True, autoincrement=False
    )
    shortage: Mapped[str] = mapped_column(String(20), primary_key=True)
    published_at: Mapped[datetime] = mapped_column(server_default=func.now())
    waiting: Mapped[bool] = mapped_column(server_default=false())

    def record_publication(self) -> None:
        self.published_at = func.now()
        self.waiting = False

    def drop(self) -> None:
        """Forgets that it waits: the product is no longer short of stock, or is
        withdrawn."""
        self.waiting = False
