"""The queries on idempotency keys."""

from sqlalchemy import ColumnElement, and_, delete, func, not_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import IdempotencyKey

# By the database's clock only: if another disagreed, a key could be neither found nor
# taken.
HAS_EXPIRED = IdempotencyKey.created_at < func.now() - IdempotencyKey.LIFETIME


class IdempotencyKeys:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, user_id: int, key: str) -> IdempotencyKey | None:
        query = select(IdempotencyKey).where(_is(user_id, key), not_(HAS_EXPIRED))
        return await self._session.scalar(query)

    async def take(
        self, user_id: int, key: str, fingerprint: str, order_id: int
    ) -> bool:
        """Makes the key stand for the order; False where it stands for another.

        A twin that is about to take the key is waited for.
        """
        await self._session.execute(
            delete(IdempotencyKey).where(_is(user_id, key), HAS_EXPIRED)
        )
        statement = (
            insert(IdempotencyKey)
            .values(
                user_id=user_id, key=key, fingerprint=fingerprint, order_id=order_id
            )
            .on_conflict_do_nothing()
            .returning(IdempotencyKey.order_id)
        )
        return (await self._session.scalar(statement)) is not None

    async def free(self, order_id: int) -> None:
        """Forgets the keys of an order that nobody was told of."""
        await self._session.execute(
            delete(IdempotencyKey).where(IdempotencyKey.order_id == order_id)
        )


def _is(user_id: int, key: str) -> ColumnElement[bool]:
    return and_(IdempotencyKey.user_id == user_id, IdempotencyKey.key == key)
