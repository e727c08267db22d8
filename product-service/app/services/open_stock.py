"""Creates the stock record of a product that has none.

Products that are offered here have one from the start. A product that was imported into
the database may not.
"""

from app.errors import StockRecordExists
from app.models.stock import Stock
from app.repositories.products import Products
from app.repositories.stock import Stocks
from app.schemas.inventory import InventoryCreate
from chassis import User


class OpenStock:
    def __init__(self, products: Products, stocks: Stocks) -> None:
        self._products = products
        self._stocks = stocks

    async def open(self, user: User, opening: InventoryCreate) -> Stock:
        product = await self._products.get_even_withdrawn(
            opening.product_id, for_update=True
        )
        product.require_owner(user)
        if await self._stocks.find(product.id) is not None:
            raise StockRecordExists(
                f"product {product.id} has a stock record; restock it instead",
                product_id=product.id,
            )
        stock = Stock.initial(opening.quantity, opening.low_stock_threshold)
        stock.product_id = product.id
        await self._stocks.add(stock)
        return stock
