"""A product that has no stock record gets one.

Those that are offered here have one from the start; those that came into the database
by another way, such as an import, may not.
"""

from app.models.stock import Stock, StockRecordExists
from app.repositories.products import Products
from app.repositories.stock import Stocks
from app.schemas.inventory import InventoryCreate
from chassis import User


async def open_stock(
    products: Products, stocks: Stocks, user: User, opening: InventoryCreate
) -> Stock:
    product = await products.get_even_withdrawn(opening.product_id, for_update=True)
    product.require_owner(user)
    if await stocks.find(product.id) is not None:
        raise StockRecordExists(
            f"product {product.id} has a stock record; restock it instead",
            product_id=product.id,
        )
    stock = Stock.opened_with(opening.quantity, opening.low_stock_threshold)
    stock.product_id = product.id
    await stocks.add(stock)
    return stock
