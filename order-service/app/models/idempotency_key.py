"""The order that a client's Idempotency-Key stands for."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from chassis import Base, IdempotencyRecord


class IdempotencyKey(IdempotencyRecord, Base):
    """A replay answers with the present state of its order."""

    order_id: Mapped[int] = mapped_column(
        ForeignKey("orders.id", ondelete="CASCADE"), index=True
    )
