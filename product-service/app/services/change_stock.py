"""An owner adds to what is on hand, or takes away from it."""

from app.models.product import Product
from app.models.stock import Stock
from app.repositories.stock import Stocks
from app.schemas.inventory import StockChange


async def restock(stocks: Stocks, product: Product, by: StockChange) -> Stock:
    stock = (await stocks.lock([product.id]))[product.id]
    stock.restock(by.quantity, by.reason)
    return stock


async def reduce(stocks: Stocks, product: Product, by: StockChange) -> Stock:
    stock = (await stocks.lock([product.id]))[product.id]
    stock.reduce(by.quantity, by.reason)
    return stock
