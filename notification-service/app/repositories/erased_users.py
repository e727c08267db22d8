"""The queries for users who have been erased."""

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import ErasedUser


class ErasedUsers:
    """An event of a user and their erasure may arrive at the same time.

    Each asks for a lock of that user first, and keeps it until its transaction ends,
    so that the later one sees what the earlier one did.
    """

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, user_id: int) -> None:
        await self._session.execute(select(func.pg_advisory_xact_lock(user_id)))
        statement = insert(ErasedUser).values(user_id=user_id)
        await self._session.execute(statement.on_conflict_do_nothing())

    async def includes(self, user_id: int) -> bool:
        await self._session.execute(select(func.pg_advisory_xact_lock_shared(user_id)))
        return await self._session.get(ErasedUser, user_id) is not None
