"""The queries on alerts of low stock."""

from collections.abc import Collection, Sequence

from sqlalchemy import case, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.low_stock_alert import LowStockAlert, Shortage

IS_RECENT = LowStockAlert.published_at > func.now() - LowStockAlert.INTERVAL
IS_DUE = LowStockAlert.waiting & ~IS_RECENT


class LowStockAlerts:
    """The alerts of products whose stock the caller has locked."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def may_publish(self, product_id: int, shortage: Shortage) -> bool:
        """Records that the alert is published now, or that it waits; returns which."""
        statement = (
            insert(LowStockAlert)
            .values(product_id=product_id, shortage=shortage)
            .on_conflict_do_update(
                index_elements=["product_id", "shortage"],
                set_={
                    "waiting": IS_RECENT,
                    "published_at": case(
                        (IS_RECENT, LowStockAlert.published_at), else_=func.now()
                    ),
                },
            )
            .returning(LowStockAlert.waiting)
        )
        return not await self._session.scalar(statement)

    async def list_due_products(self, limit: int) -> Sequence[int]:
        query = (
            select(LowStockAlert.product_id)
            .where(IS_DUE)
            .order_by(LowStockAlert.published_at)
            .limit(limit)
        )
        return (await self._session.scalars(query)).all()

    async def list_due(self, product_ids: Collection[int]) -> Sequence[LowStockAlert]:
        query = (
            select(LowStockAlert)
            .where(IS_DUE, LowStockAlert.product_id.in_(product_ids))
            .order_by(LowStockAlert.product_id, LowStockAlert.shortage)
            .with_for_update()
        )
        return (await self._session.scalars(query)).all()
