"""The history of an order."""

from datetime import datetime

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from app.models.order_status import OrderStatus
from chassis import Base


class OrderChange(Base):
    """A change of an order's status.

    Attributes:
        changed_by: the user who made the change; None if a service made it.
    """

    __tablename__ = "order_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(
        ForeignKey("orders.id", ondelete="CASCADE"), index=True
    )
    status: Mapped[OrderStatus]
    changed_by: Mapped[int | None]
    reason: Mapped[str | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
