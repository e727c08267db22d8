"""Wrong passwords, counted by the account and by the address that they came from."""

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, Identity, Index, LargeBinary, String, func
from sqlalchemy.orm import Mapped, mapped_column

from chassis import Base

FREE_ACCOUNT_FAILURES = 10
LONGEST_DELAY = 60

FREE_ADDRESS_FAILURES = 100
ADDRESS_WINDOW = timedelta(minutes=1)


class AccountFailures(Base):
    """How many wrong passwords in a row an account has had, and when the last.

    The account is the SHA-256 of its name: people type passwords where names belong,
    and names that nobody has are counted like any other.
    """

    __tablename__ = "account_failures"
    __table_args__ = (
        CheckConstraint("octet_length(account) = 32", "account"),
        CheckConstraint("failures > 0", "failures"),
    )

    account: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    failures: Mapped[int]
    failed_at: Mapped[datetime] = mapped_column(index=True)


class AddressFailure(Base):
    """One wrong password from an address."""

    __tablename__ = "address_failures"
    __table_args__ = (Index(None, "address", "failed_at"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    address: Mapped[str] = mapped_column(String(50))
    failed_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)


def delay_after(failures: int) -> timedelta:
    """How long an account waits after so many failures in a row."""
    doublings = failures - FREE_ACCOUNT_FAILURES
    if doublings < 0:
        return timedelta(0)
    return timedelta(seconds=min(2 ** min(doublings, 6), LONGEST_DELAY))
