"""Queries on orders that wait for recovery, or for product-service."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.models import CLAIM, Order, OrderChange, OrderStatus, StockState

TIME_TO_RESUME = timedelta(seconds=15)
IS_PENDING = Order.status == OrderStatus.PENDING
STOCK_IS_DUE = Order.stock.in_((StockState.DUE_COMMIT, StockState.DUE_RELEASE))


class Backlog(NamedTuple):
    """The unsettled orders.

    Attributes:
        oldest_seconds: the age of the oldest; 0 if there is none.
    """

    orders: int
    oldest_seconds: float


class UnsettledOrders:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def claim(self, order_id: int) -> bool:
        """Claims a pending order; returns False if another claim is still valid."""
        statement = (
            update(Order)
            .where(
                Order.id == order_id,
                IS_PENDING,
                Order.claimed_until < func.now(),
            )
            .values(claimed_until=func.now() + CLAIM)
            .returning(Order.id)
        )
        return (await self._session.scalar(statement)) is not None

    async def oldest_abandoned(self, limit: int, only_promised: bool) -> Sequence[int]:
        """Returns pending orders without a valid claim, the oldest claim first.

        An order that was not promised is returned only after `TIME_TO_RESUME`, because
        the client may repeat the request with the same Idempotency-Key and resume it.
        """
        promised = Order.promised.is_(True) & (Order.claimed_until < func.now())
        not_resumed = Order.claimed_until < func.now() - TIME_TO_RESUME
        abandoned = promised if only_promised else or_(promised, not_resumed)
        query = (
            select(Order.id)
            .where(IS_PENDING, abandoned)
            .order_by(Order.claimed_until)
            .limit(limit)
        )
        return (await self._session.scalars(query)).all()

    async def claim_stock_due(self, limit: int, max_delay: float) -> Sequence[Order]:
        """Returns orders whose release or commit is due, and schedules the next try.

        Args:
            max_delay: the longest time until the next try, in seconds.
        """
        due = (
            select(Order)
            .where(STOCK_IS_DUE, Order.stock_due_at <= func.now())
            .order_by(Order.stock_due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        orders = (await self._session.scalars(due)).all()
        for order in orders:
            order.schedule_stock_retry(max_delay)
        return orders

    async def backlog_of_pending(self) -> Backlog:
        """Counts pending orders, whether or not they are claimed."""
        query = select(func.count(), _age_of(Order.created_at)).where(IS_PENDING)
        return await self._backlog(query)

    async def backlog_of_stock(self) -> Backlog:
        """Counts orders whose stock is due, by age of the change that made it due."""
        made_due = OrderChange.status.in_((OrderStatus.SHIPPED, OrderStatus.CANCELLED))
        query = (
            select(func.count(), _age_of(OrderChange.changed_at))
            .join(Order)
            .where(STOCK_IS_DUE, made_due)
        )
        return await self._backlog(query)

    async def _backlog(self, query: Select[int, float]) -> Backlog:
        orders, oldest_seconds = (await self._session.execute(query)).one()
        return Backlog(orders, float(oldest_seconds))


def _age_of(time: InstrumentedAttribute[datetime]) -> ColumnElement[float]:
    """Returns the seconds since the earliest time; 0 without rows."""
    return func.coalesce(func.extract("epoch", func.now() - func.min(time)), 0)
