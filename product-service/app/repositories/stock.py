"""The queries on stock and its ledger."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import ProductNotFound
from app.models.ledger_entry import LedgerEntry
from app.models.stock import Stock
from chassis import Page, PageRequest, fetch_page


class Stocks:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, stock: Stock) -> None:
        self._session.add(stock)
        await self._session.flush()

    async def find(self, product_id: int) -> Stock | None:
        return await self._session.get(Stock, product_id)

    async def get(self, product_id: int, *, for_update: bool = False) -> Stock:
        if for_update:
            locked = await self.lock([product_id])
            return _known(locked.get(product_id), product_id)
        return _known(await self.find(product_id), product_id)

    async def lock(self, product_ids: Collection[int]) -> dict[int, Stock]:
        """Locks and returns the stock, by product."""
        query = (
            select(Stock)
            .where(Stock.product_id.in_(product_ids))
            # Always in this sequence, so that overlapping reservations cannot deadlock.
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


def _known(stock: Stock | None, product_id: int) -> Stock:
    if stock is None:
        raise ProductNotFound(
            f"there is no stock of a product {product_id}", product_id=product_id
        )
    return stock
