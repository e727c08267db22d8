"""A product that a statement adds is like one that the ORM would add."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import LedgerEntry, Product, Stock
from app.models.edition import FIRST_EDITION
from app.repositories.products import Products
from app.schemas.product import ProductCreate
from tests.factories import OWNER, ledger_of

LAMP = ProductCreate(name="Lamp", price="9.99", quantity=5)
FULL = ProductCreate(
    name="Lamp",
    description="Brass",
    price="9.99",
    quantity=3_000_000,
    category="Lights",
    tags=["brass", "new"],
    image_url="https://images.example.com/lamp.jpg",
)


async def added(session: AsyncSession, offer: ProductCreate) -> Product:
    row = await Products(session).add(OWNER, offer)
    return await Products(session).get(row["id"])


@pytest.mark.parametrize("offer", [LAMP, FULL], ids=["minimal", "full"])
async def test_added_product_is_returned_as_stored(
    session: AsyncSession, offer: ProductCreate
) -> None:
    row = await Products(session).add(OWNER, offer)
    product = await Products(session).get(row["id"])
    assert {name: getattr(product, name) for name in row} == dict(row)
    assert product.edition == FIRST_EDITION
    await session.refresh(product, ["is_stocked"])
    assert product.is_stocked


@pytest.mark.parametrize("quantity", [0, 5])
async def test_added_stock_is_that_of_the_model(
    session: AsyncSession, quantity: int
) -> None:
    offer = LAMP.model_copy(update={"quantity": quantity})
    product = await added(session, offer)
    expected = Stock.initial(quantity)
    fields = ("on_hand", "reserved", "low_stock_threshold", "revision", "shortage")
    for field in fields:
        assert getattr(product.stock, field) == getattr(expected, field)
    query = select(LedgerEntry).where(LedgerEntry.product_id == product.id)
    entries = (await session.scalars(query)).all()
    assert [facts(each) for each in entries] == [*map(facts, ledger_of(expected))]


def facts(entry: LedgerEntry) -> tuple[object, ...]:
    return entry.kind, entry.change, entry.on_hand_after, entry.reason, entry.order_id
