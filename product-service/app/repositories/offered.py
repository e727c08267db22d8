"""Queries for the products on sale, with the filters of a list."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Select, func, literal, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, joinedload

from app.models.product import Product
from app.models.stock import Stock
from app.repositories.match_counts import found_first
from app.schemas.catalogue import CatalogueFilter

UNICODE = "und-x-icu"


def _offered() -> Select[Product]:
    # Its stock is joined to what is shown, and not to what is only counted.
    return (
        select(Product)
        .options(joinedload(Product.stock, innerjoin=True))
        .where(Product.withdrawn_at.is_(None))
    )


async def load_offered(session: AsyncSession, ids: Sequence[int]) -> list[Product]:
    """Returns the products in the order of `ids`, but none withdrawn meanwhile."""
    rows = await session.scalars(_offered().where(Product.id.in_(ids)))
    products = {product.id: product for product in rows}
    return [products[each] for each in ids if each in products]


def narrowed(wanted: CatalogueFilter) -> Select[Product]:
    query = _offered()
    if wanted.category is not None:
        query = query.where(
            func.lower(Product.category.collate(UNICODE))
            == func.lower(literal(wanted.category).collate(UNICODE))
        )
    if wanted.min_price is not None:
        query = query.where(Product.price >= wanted.min_price)
    if wanted.max_price is not None:
        query = query.where(Product.price <= wanted.max_price)
    if wanted.owner_id is not None:
        query = query.where(Product.owner_id == wanted.owner_id)
    if wanted.in_stock is not None or wanted.low_stock is not None:
        query = query.join(Stock, Stock.product_id == Product.id)
        return query.where(*stock_conditions(wanted))
    # An index has the few that have no stock. Their column would be read in each row.
    unstocked = aliased(Product)
    return query.where(
        Product.id.not_in(select(unstocked.id).where(~unstocked.is_stocked))
    )


def in_state(wanted: CatalogueFilter) -> Select[int]:
    """The products in a state of the stock.

    PostgreSQL expects a third of all products in any state, and would read the table
    for them. With a limit, it expects no more products than that.
    """
    stock = select(Stock).where(*stock_conditions(wanted))
    return select(found_first(stock, Stock.product_id))


def stock_conditions(wanted: CatalogueFilter) -> Iterator[ColumnElement[bool]]:
    """The conditions in the words of the indexes of `stock`."""
    yield Stock.is_offered == true()
    if wanted.in_stock is not None:
        is_in_stock = Stock.on_hand > Stock.reserved
        yield is_in_stock if wanted.in_stock else Stock.on_hand <= Stock.reserved
    if wanted.low_stock is not None:
        is_low = Stock.on_hand - Stock.reserved <= Stock.low_stock_threshold
        yield is_low if wanted.low_stock else ~is_low
