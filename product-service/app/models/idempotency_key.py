"""The stored response of an Idempotency-Key."""

from sqlalchemy import SmallInteger, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from chassis import Base, IdempotencyRecord


class IdempotencyKey(IdempotencyRecord, Base):
    """A replay returns the first response.

    Attributes:
        operation: the method and the path of the request.
        status, headers, body: the response; null only until the transaction that takes
            the key ends.
    """

    operation: Mapped[str] = mapped_column(String(100), primary_key=True)
    status: Mapped[int] = mapped_column(SmallInteger, nullable=True)
    headers: Mapped[dict[str, str]] = mapped_column(JSONB, nullable=True)
    body: Mapped[str] = mapped_column(nullable=True)
