"""A seller sets the stock at which the service alerts the owner of a product."""

from app.models.product import Product
from app.models.stock import Stock
from app.repositories.stock import Stocks
from app.schemas.inventory import InventoryUpdate
from app.services.alert_low_stock import AlertLowStock


class SetLowStockThreshold:
    def __init__(self, stocks: Stocks, alert_low_stock: AlertLowStock) -> None:
        self._stocks = stocks
        self._alert_low_stock = alert_low_stock

    async def set(self, product: Product, update: InventoryUpdate) -> Stock:
        stock = await self._stocks.get(product.id, for_update=True)
        if "low_stock_threshold" in update.model_fields_set:
            stock.set_low_stock_threshold(update.low_stock_threshold)
            await self._alert_low_stock.alert(product, stock)
        return stock
