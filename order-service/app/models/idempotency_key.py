"""What a client's Idempotency-Key stands for: one request, and the order it made."""

from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import ForeignKey, String, func
from sqlalchemy.orm import Mapped, mapped_column

from app.models.errors import KeyUsedOtherwise
from chassis import Base


class IdempotencyKey(Base):
    """
    Attributes:
        fingerprint: of the body that came with the key.
    """

    __tablename__ = "idempotency_keys"

    LIFETIME: ClassVar = timedelta(hours=24)

    user_id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    order_id: Mapped[int] = mapped_column(
        ForeignKey("orders.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)

    def must_mean(self, fingerprint: str) -> None:
        if self.fingerprint != fingerprint:
            raise KeyUsedOtherwise(
                "this Idempotency-Key came with another body before", "Idempotency-Key"
            )
