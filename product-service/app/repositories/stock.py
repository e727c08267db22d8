"""The queries on stock and its ledger."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.product import ProductNotFound
from app.models.stock import LedgerEntry, Stock
from chassis import Page, PageRequest, fetch_page


class Stocks:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, product_id: int) -> Stock:
        stock = await self._session.get(Stock, product_id)
        if stock is None:
            raise ProductNotFound(
                f"there is no product {product_id}", product_id=product_id
            )
        return stock

    async def lock(self, product_ids: Collection[int]) -> dict[int, Stock]:
        """By product; nobody else changes them until the transaction ends."""
        query = (
            select(Stock)
            .where(Stock.product_id.in_(product_ids))
            # One order for everybody: overlapping reservations cannot deadlock.
            .order_by(Stock.product_id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        return {stock.product_id: stock for stock in await self._session.scalars(query)}

    async def list_ledger(
        self, product_id: int, page: PageRequest
    ) -> Page[LedgerEntry]:
        query = select(LedgerEntry).where(LedgerEntry.product_id == product_id)
        return await fetch_page(self._session, query, LedgerEntry.id, page)
