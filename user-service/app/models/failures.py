"""Wrong passwords, counted so that guessing takes ever longer."""

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, Identity, Index, LargeBinary, String, func
from sqlalchemy.orm import Mapped, mapped_column

from chassis import Base

FREE_FAILURES = 10
LONGEST_DELAY = 60

FREE_FAILURES_ANYWHERE = 100
FAILURES_ANYWHERE_WINDOW = timedelta(hours=1)
SLOWED_INTERVAL = timedelta(seconds=1)

FREE_ADDRESS_FAILURES = 100
ADDRESS_WINDOW = timedelta(minutes=1)


class FailuresInARow(Base):
    """How many wrong passwords in a row an identifier has had at an address.

    Both are in one SHA-256: people type passwords into the field for their name.
    """

    # The names are those of the release before, which counted accounts (ADR 2).
    __tablename__ = "account_failures"
    __table_args__ = (
        CheckConstraint("octet_length(account) = 32", "account"),
        CheckConstraint("failures > 0", "failures"),
    )

    key: Mapped[bytes] = mapped_column("account", LargeBinary, primary_key=True)
    failures: Mapped[int]
    failed_at: Mapped[datetime] = mapped_column(index=True)


class IdentifierFailure(Base):
    """One wrong password for an identifier, from anywhere."""

    __tablename__ = "identifier_failures"
    __table_args__ = (Index(None, "identifier", "failed_at"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    identifier: Mapped[bytes] = mapped_column(LargeBinary)
    failed_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)


class SlowedIdentifier(Base):
    """When a slowed identifier last had a password checked."""

    __tablename__ = "slowed_identifiers"

    identifier: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    checked_at: Mapped[datetime] = mapped_column(index=True)


class AddressFailure(Base):
    """One wrong password from an address."""

    __tablename__ = "address_failures"
    __table_args__ = (Index(None, "address", "failed_at"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    address: Mapped[str] = mapped_column(String(50))
    failed_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)


def delay_after(failures: int) -> timedelta:
    """How long an identifier waits at an address after so many failures in a row."""
    doublings = failures - FREE_FAILURES
    if doublings < 0:
        return timedelta(0)
    return timedelta(seconds=min(2 ** min(doublings, 6), LONGEST_DELAY))
