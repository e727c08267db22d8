"""A seller reduces the available stock of a product."""

from app.models.product import Product
from app.models.stock import Stock
from app.repositories.stock import Stocks
from app.schemas.inventory import StockChange
from app.services.alert_low_stock import AlertLowStock


class ReduceStock:
    def __init__(self, stocks: Stocks, alert_low_stock: AlertLowStock) -> None:
        self._stocks = stocks
        self._alert_low_stock = alert_low_stock

    async def reduce(self, product: Product, by: StockChange) -> Stock:
        stock = await self._stocks.get(product.id, for_update=True)
        stock.reduce(by.quantity, by.reason)
        await self._alert_low_stock.alert(product, stock)
        return stock
