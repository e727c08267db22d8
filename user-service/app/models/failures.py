"""Counts of wrong passwords, from which the throttle computes its delays."""

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
    """The number of consecutive wrong passwords for an identifier from one address.

    The key is one SHA-256 of both, because users sometimes type a password into the
    field for the username.
    """

    # The previous release counted accounts; its names stay in the database (ADR 2).
    __tablename__ = "account_failures"
    __table_args__ = (
        CheckConstraint("octet_length(account) = 32", "account"),
        CheckConstraint("failures > 0", "failures"),
    )

    key: Mapped[bytes] = mapped_column("account", LargeBinary, primary_key=True)
    failures: Mapped[int]
    failed_at: Mapped[datetime] = mapped_column(index=True)


class IdentifierFailure(Base):
    """One wrong password for an identifier, from any address."""

    __tablename__ = "identifier_failures"
    __table_args__ = (Index(None, "identifier", "failed_at"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    identifier: Mapped[bytes] = mapped_column(LargeBinary)
    failed_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)


class SlowedIdentifier(Base):
    """The time of the last password check for a slowed identifier."""

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
    """Returns the delay for an identifier at an address after consecutive failures."""
    doublings = failures - FREE_FAILURES
    if doublings < 0:
        return timedelta(0)
    return timedelta(seconds=min(2 ** min(doublings, 6), LONGEST_DELAY))
