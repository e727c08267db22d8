"""Queries on the counts of wrong passwords."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import delete, func, select
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


class Failures:
    """Counts of wrong passwords, timed by the clock of the database.

    It is the only clock that all replicas share.
    """

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def remaining_delay(self, key: bytes) -> timedelta:
        """Returns the rest of the delay after failures in a row.

        Zero or a negative time means that there is no delay.
        """
        query = select(
            FailuresInARow.failures, FailuresInARow.failed_at, func.now()
        ).where(FailuresInARow.key == key)
        row = (await self._session.execute(query)).one_or_none()
        if row is None:
            return timedelta(0)
        failures, failed_at, now = row
        return failed_at + delay_after(failures) - now

    async def remaining_delay_of_address(self, address: str) -> timedelta:
        """Returns the time until the window no longer contains too many failures."""
        query = (
            select(AddressFailure.failed_at + ADDRESS_WINDOW - func.now())
            .where(
                AddressFailure.address == address,
                AddressFailure.failed_at > func.now() - ADDRESS_WINDOW,
            )
            .order_by(AddressFailure.failed_at.desc())
            .offset(FREE_ADDRESS_FAILURES - 1)
            .limit(1)
        )
        return await self._session.scalar(query) or timedelta(0)

    async def is_slowed(self, identifier: bytes) -> bool:
        """Returns whether the identifier has failed too often, from any address."""
        query = (
            select(IdentifierFailure.id)
            .where(
                IdentifierFailure.identifier == identifier,
                IdentifierFailure.failed_at > func.now() - FAILURES_ANYWHERE_WINDOW,
            )
            .order_by(IdentifierFailure.failed_at.desc())
            .offset(FREE_FAILURES_ANYWHERE - 1)
            .limit(1)
        )
        return await self._session.scalar(query) is not None

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
