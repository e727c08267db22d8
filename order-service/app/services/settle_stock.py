"""Tells product-service what became of an order's stock, until it has taken note."""

import asyncio

import structlog

from app.clients.products import ProductsClient
from app.models import Order, StockState
from app.repositories.orders import Orders
from chassis import Database, DomainError, resumed

log = structlog.get_logger(__name__)

# As many ask product-service at the same time. It serves those of one product one after
# the other: more of them would wait until they are given up, and take its breaker, and
# with it the customers, along.
BATCH = 5
LONGEST_DELAY = 10.0


class SettleStock:
    def __init__(self, database: Database, products: ProductsClient) -> None:
        self._database = database
        self._products = products

    async def settle_batch(self) -> int:
        """Releases or commits what is due; returns how many orders it took on."""
        async with self._database.transaction() as session:
            due = await Orders(session).claim_stock_due(BATCH, LONGEST_DELAY)
        await asyncio.gather(*(self._settle(order) for order in due))
        return len(due)

    async def _settle(self, order: Order) -> None:
        with resumed(order.trace_context):
            await self._tell(order)

    async def _tell(self, order: Order) -> None:
        try:
            if order.stock == StockState.DUE_RELEASE:
                await self._products.release(order.id)
            else:
                await self._products.commit(order.id)
            async with self._database.transaction() as session:
                current = await Orders(session).get_to_change(order.id)
                current.stock_is_settled()
        except DomainError as error:
            log.warning(
                "stock_settlement_failed",
                order_id=order.id,
                due=order.stock,
                attempts=order.stock_attempts,
                error=error.detail,
            )
