"""The Idempotency-Key of a request, and the order that the request placed."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from chassis import Base, IdempotencyRecord


class IdempotencyKey(IdempotencyRecord, Base):
    """The key of an order; a replay returns the order's current state."""

    order_id: Mapped[int] = mapped_column(
        ForeignKey("orders.id", ondelete="CASCADE"), index=True
    )
