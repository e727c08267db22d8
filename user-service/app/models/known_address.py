"""The addresses from which accounts have logged in."""

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from chassis import Base

KNOWN_ADDRESSES_PER_USER = 20
KNOWN_ADDRESS_KEPT = timedelta(days=90)


class KnownAddress(Base):
    """A keyed hash of an address; a plain hash could be reversed by trying them all."""

    __tablename__ = "known_addresses"
    __table_args__ = (CheckConstraint("octet_length(address_hash) = 32", "hash"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    address_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    used_at: Mapped[datetime] = mapped_column(index=True)
