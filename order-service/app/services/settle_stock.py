"""Releases or commits the stock of orders at product-service, until it succeeds."""

import asyncio

import structlog

from app.clients.products import ProductsClient
from app.models import Order, StockState
from app.repositories.orders import Orders
from app.repositories.unsettled_orders import UnsettledOrders
from chassis import Database, DomainError, restored_trace_context

log = structlog.get_logger(__name__)

# The number of concurrent calls. product-service handles requests for the same product
# one after the other, so more of them would time out and open the circuit breaker, also
# for new orders.
BATCH = 5
MAX_DELAY = 10.0


def has_stock_due(row: object) -> bool:
    """Returns whether a row is an order whose stock must be released or committed."""
    due = (StockState.DUE_RELEASE, StockState.DUE_COMMIT)
    return isinstance(row, Order) and row.stock in due


class SettleStock:
    def __init__(self, database: Database, products: ProductsClient) -> None:
        self._database = database
        self._products = products

    async def settle_batch(self) -> int:
        """Settles the stock of orders that are due; returns how many it tried."""
        async with self._database.transaction() as session:
            due = await UnsettledOrders(session).claim_stock_due(BATCH, MAX_DELAY)
        await asyncio.gather(*(self._settle(order) for order in due))
        return len(due)

    async def _settle(self, order: Order) -> None:
        with restored_trace_context(order.trace_context):
            await self._settle_now(order)

    async def _settle_now(self, order: Order) -> None:
        try:
            if order.stock == StockState.DUE_RELEASE:
                await self._products.release(order.id)
            else:
                await self._products.commit(order.id)
            async with self._database.transaction() as session:
                current = await Orders(session).get(order.id, for_update=True)
                current.mark_stock_settled()
        except DomainError as error:
            log.warning(
                "stock_settlement_failed",
                order_id=order.id,
                due=order.stock,
                attempts=order.stock_attempts,
                error=error.detail,
            )
