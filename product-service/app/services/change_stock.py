"""An owner adds to what is on hand, takes away from it, or says how little is low."""

from app.models.product import Product
from app.models.stock import Stock
from app.repositories.stock import Stocks
from app.schemas.inventory import InventoryUpdate, StockChange
from app.services.tell_shortage import Shortages


class ChangeStock:
    def __init__(self, stocks: Stocks, shortages: Shortages) -> None:
        self._stocks = stocks
        self._shortages = shortages

    async def restock(self, product: Product, by: StockChange) -> Stock:
        stock = await self._stocks.get_locked(product.id)
        stock.restock(by.quantity, by.reason)
        return stock

    async def reduce(self, product: Product, by: StockChange) -> Stock:
        stock = await self._stocks.get_locked(product.id)
        stock.reduce(by.quantity, by.reason)
        self._shortages.tell(product, stock)
        return stock

    async def adjust(self, product: Product, update: InventoryUpdate) -> Stock:
        stock = await self._stocks.get_locked(product.id)
        if "low_stock_threshold" in update.model_fields_set:
            stock.warn_at(update.low_stock_threshold)
            self._shortages.tell(product, stock)
        return stock
