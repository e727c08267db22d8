"""The database refuses what no path of the code should ever try."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Stock
from app.repositories.products import Products
from app.repositories.stock import Stocks
from app.schemas.product import ProductCreate
from app.services.offer_product import OfferProduct
from tests.factories import OWNER, user


@pytest.fixture
async def stock(session: AsyncSession) -> Stock:
    offer = ProductCreate(name="Lamp", price="9.99", quantity=5)
    product = await OfferProduct(Products(session)).offer(user(OWNER), offer)
    return await Stocks(session).get(product.id)


@pytest.mark.parametrize(
    "change",
    [
        "stock SET on_hand = -1",
        "stock SET reserved = -1",
        "stock SET reserved = on_hand + 1",
        "stock_ledger SET change = 0",
        "stock_ledger SET kind = 'gift'",
        "products SET price = 0",
        "products SET name = '  '",
    ],
)
async def test_database_refuses_illegal_row(
    session: AsyncSession, stock: Stock, change: str
) -> None:
    with pytest.raises(IntegrityError):
        await session.execute(text(f"UPDATE {change}"))
