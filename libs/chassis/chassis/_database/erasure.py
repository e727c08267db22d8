"""Who has been erased, so that what comes late keeps nothing of them."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

# Of locks with a pair of numbers, the first: no user's can be the one of migrations,
# which has a single number.
ERASURE_LOCKS = 7_361_002


class Erasure:
    """The columns of a table of erased users; a service mixes them into its own.

    Its rows are kept for good: user ids are never given again, and an event can be
    replayed.
    """

    __tablename__ = "erased_users"

    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    erased_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ErasedUsers:
    """A user may be erased while something of theirs is being stored.

    Each asks for a lock of that user first, and keeps it until its transaction ends,
    so that the later one sees what the earlier one did.
    """

    def __init__(self, session: AsyncSession, table: type[Erasure]) -> None:
        self._session = session
        self._table = table

    async def add(self, user_id: int) -> None:
        """Before the user's rows are blanked, in the same transaction."""
        lock = func.pg_advisory_xact_lock(ERASURE_LOCKS, func.hashint8(user_id))
        await self._session.execute(select(lock))
        statement = insert(self._table).values(user_id=user_id)
        await self._session.execute(statement.on_conflict_do_nothing())

    async def includes(self, user_id: int) -> bool:
        """Where it says no, that stays true until the transaction ends."""
        lock = func.pg_advisory_xact_lock_shared(ERASURE_LOCKS, func.hashint8(user_id))
        await self._session.execute(select(lock))
        return await self._session.get(self._table, user_id) is not None
