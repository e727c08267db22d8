"""A seller adds to the stock of a product."""

from app.models.product import Product
from app.models.stock import Stock
from app.repositories.stock import Stocks
from app.schemas.inventory import StockChange


class RestockProduct:
    def __init__(self, stocks: Stocks) -> None:
        self._stocks = stocks

    async def restock(self, product: Product, by: StockChange) -> Stock:
        stock = await self._stocks.get(product.id, for_update=True)
        stock.restock(by.quantity, by.reason)
        return stock
