"""The queries for changes of notifications."""

from collections.abc import Sequence

from sqlalchemy import ARRAY, BigInteger, any_, literal, literal_column, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.notification import Notification
from app.models.position import Position

# Every transaction before this one has ended, and its changes are visible.
HORIZON = literal_column(
    "pg_snapshot_xmin(pg_current_snapshot())::text::bigint", BigInteger
)


class Changes:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def present_position(self) -> Position:
        """Returns the position before all transactions that have not ended."""
        horizon: int = await self._session.scalar(select(HORIZON)) or 0
        return Position(horizon, 0)

    async def list_after(
        self, user_id: int, after: Position, limit: int
    ) -> Sequence[Notification]:
        """Returns later changes, sorted so that none can appear before them later."""
        changed = (
            select(Notification)
            .where(
                Notification.user_id == user_id,
                tuple_(Notification.changed_in, Notification.id) > tuple_(*after),
                Notification.changed_in < HORIZON,
            )
            .order_by(Notification.changed_in, Notification.id)
            .limit(limit)
        )
        return (await self._session.scalars(changed)).all()

    async def list_users(
        self, users: Sequence[int], after: Position, before: Position
    ) -> Sequence[int]:
        """Returns those of the users who have changes between two present positions."""
        changed = (
            select(Notification.user_id)
            .where(
                Notification.user_id == any_(literal(users, ARRAY(BigInteger))),
                Notification.changed_in >= after.changed_in,
                Notification.changed_in < before.changed_in,
            )
            .distinct()
        )
        return (await self._session.scalars(changed)).all()
