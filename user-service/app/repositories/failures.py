"""Queries on the counts of wrong passwords."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.failures import (
    ADDRESS_WINDOW,
    FAILURES_ANYWHERE_WINDOW,
    FREE_ADDRESS_FAILURES,
    FREE_FAILURES_ANYWHERE,
    SLOWED_INTERVAL,
    AddressFailure,
    FailuresInARow,
    IdentifierFailure,
    SlowedIdentifier,
    delay_after,
)

OF_KEY = select(FailuresInARow).where(FailuresInARow.key == bindparam("key"))
ADDRESS_DELAY = (
    select(AddressFailure.failed_at + ADDRESS_WINDOW - func.now())
    .where(
        AddressFailure.address == bindparam("address"),
        AddressFailure.failed_at > func.now() - ADDRESS_WINDOW,
    )
    .order_by(AddressFailure.failed_at.desc())
    .offset(FREE_ADDRESS_FAILURES - 1)
    .limit(1)
)
SLOWING_FAILURE = (
    select(IdentifierFailure.id)
    .where(
        IdentifierFailure.identifier == bindparam("identifier"),
        IdentifierFailure.failed_at > func.now() - FAILURES_ANYWHERE_WINDOW,
    )
    .order_by(IdentifierFailure.failed_at.desc())
    .offset(FREE_FAILURES_ANYWHERE - 1)
    .limit(1)
)
# One statement, because every log-in needs it.
PAST_FAILURES = select(
    OF_KEY.with_only_columns(FailuresInARow.failures).scalar_subquery(),
    OF_KEY.with_only_columns(func.now() - FailuresInARow.failed_at).scalar_subquery(),
    ADDRESS_DELAY.scalar_subquery(),
    SLOWING_FAILURE.scalar_subquery(),
)


@dataclass(frozen=True)
class PastFailures:
    """The waits before the next check of a password.

    Attributes:
        delay: the rest of the delay after failures in a row; zero or a negative time
            means that there is none.
        address_delay: the time until the address has not failed too often.
        is_slowed: whether the identifier has failed too often, from any address.
    """

    delay: timedelta
    address_delay: timedelta
    is_slowed: bool


class Failures:
    """Counts of wrong passwords, timed by the clock of the database.

    It is the only clock that all replicas share.
    """

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of(self, key: bytes, identifier: bytes, address: str) -> PastFailures:
        """Returns what has failed so far: here, anywhere, and for this address."""
        values = {"key": key, "identifier": identifier, "address": address}
        row = (await self._session.execute(PAST_FAILURES, values)).one()
        failures, since_last, address_delay, slowed = row
        delay = delay_after(failures) - since_last if failures else timedelta(0)
        return PastFailures(delay, address_delay or timedelta(0), slowed is not None)

    async def claim_slowed_check(self, identifier: bytes) -> bool:
        """Claims the identifier's one check per second.

        Returns False if another request has claimed it within this second.
        """
        now = func.clock_timestamp()
        claim = (
            insert(SlowedIdentifier)
            .values(identifier=identifier, checked_at=now)
            .on_conflict_do_update(
                index_elements=[SlowedIdentifier.identifier],
                set_={"checked_at": now},
                where=SlowedIdentifier.checked_at <= now - SLOWED_INTERVAL,
            )
            .returning(SlowedIdentifier.identifier)
        )
        return await self._session.scalar(claim) is not None

    async def add(self, key: bytes, identifier: bytes) -> None:
        first = insert(FailuresInARow).values(key=key, failures=1, failed_at=func.now())
        await self._session.execute(
            first.on_conflict_do_update(
                index_elements=[FailuresInARow.key],
                set_={
                    "failures": FailuresInARow.failures + 1,
                    "failed_at": func.now(),
                },
            )
        )
        self._session.add(IdentifierFailure(identifier=identifier))

    async def add_to_address(self, address: str) -> None:
        await self._session.execute(insert(AddressFailure).values(address=address))

    async def delete_failures_in_a_row(self, keys: Collection[bytes]) -> None:
        await self._session.execute(
            delete(FailuresInARow).where(FailuresInARow.key.in_(sorted(keys)))
        )
