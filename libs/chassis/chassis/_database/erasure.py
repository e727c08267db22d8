"""Erased users, whose data later events must not store again."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Select, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

# The first number of the lock of a user. The lock of migrations has a single number, so
# the two never collide.
ERASURE_LOCKS = 7_361_002
_USER_IDS = bindparam("user_ids", type_=ARRAY(BigInteger))
_NUMBER = func.hashint8(func.unnest(_USER_IDS).column_valued("user_id"))
# Built once, because each order and each notification needs them.
_LOCK = select(func.pg_advisory_xact_lock(ERASURE_LOCKS, _NUMBER))
_SHARED_LOCK = select(func.pg_advisory_xact_lock_shared(ERASURE_LOCKS, _NUMBER))


class Erasure:
    """The columns of a table of erased users; a service mixes them into its own.

    Its rows are kept indefinitely: user ids are never reused, and an event can be
    replayed.
    """

    __tablename__ = "erased_users"

    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    erased_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ErasedUsers:
    """Orders the erasure of a user and concurrent changes of that user's data.

    Both lock the user first and keep the lock until their transactions end, so that the
    later one sees the result of the earlier one.
    """

    def __init__(self, session: AsyncSession, table: type[Erasure]) -> None:
        self._session = session
        self._table: Any = table  # mypy takes no mapped class for hashable

    async def add(self, user_id: int) -> None:
        """Records the erasure, before the same transaction blanks the user's rows."""
        await self._session.execute(_LOCK, {"user_ids": [user_id]})
        statement = insert(self._table).values(user_id=user_id)
        await self._session.execute(statement.on_conflict_do_nothing())

    async def includes(self, user_id: int) -> bool:
        """Returns whether the user is erased; False stays true in this transaction."""
        return user_id in await self.among({user_id})

    async def among(self, user_ids: Collection[int]) -> set[int]:
        """Returns the erased ones of these users, as `includes` does for one."""
        given = {"user_ids": sorted(user_ids)}
        connection = await self._session.connection()
        await connection.execute(_SHARED_LOCK, given)
        # Not in the statement of the lock, which would not see an erasure that was
        # committed while it waited.
        return set(await connection.scalars(_erased(self._table), given))


@cache
def _erased(table: Any) -> Select[int]:
    return select(table.user_id).where(table.user_id == any_(_USER_IDS))
