"""Where wrong passwords are counted."""

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.failures import (
    ADDRESS_WINDOW,
    FREE_ADDRESS_FAILURES,
    AccountFailures,
    AddressFailure,
    delay_after,
)


class Failures:
    """All times are the database's, which is the one clock that replicas share."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def wait_of_account(self, account: bytes) -> timedelta:
        """How long the account has to wait from now on; not above 0 when it has not."""
        query = select(
            AccountFailures.failures, AccountFailures.failed_at, func.now()
        ).where(AccountFailures.account == account)
        row = (await self._session.execute(query)).one_or_none()
        if row is None:
            return timedelta(0)
        failures, failed_at, now = row
        return failed_at + delay_after(failures) - now

    async def wait_of_address(self, address: str) -> timedelta:
        """Until there are not so many failures within the window any more."""
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

    async def add(self, account: bytes, address: str) -> None:
        first = insert(AccountFailures).values(
            account=account, failures=1, failed_at=func.now()
        )
        await self._session.execute(
            first.on_conflict_do_update(
                index_elements=[AccountFailures.account],
                set_={
                    "failures": AccountFailures.failures + 1,
                    "failed_at": func.now(),
                },
            )
        )
        self._session.add(AddressFailure(address=address))

    async def forget_account(self, account: bytes) -> None:
        await self._session.execute(
            delete(AccountFailures).where(AccountFailures.account == account)
        )
