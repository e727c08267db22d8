"""The queries of those who browse."""

from typing import Annotated, Any

from pydantic import Field, TypeAdapter
from sqlalchemy import RowMapping, Select, collate, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import joinedload

from app.errors import ProductNotFound
from app.models.product import Product
from app.models.stock import Stock
from app.repositories.ranked_search import RankedSearch, search_fingerprint
from app.repositories.search_terms import SearchTerms
from app.schemas.catalogue import CatalogueFilter, CatalogueOrder
from chassis import Money, Page, PageRequest, Sort, Text, fetch_page

UNICODE = "und-x-icu"

_PRICE: TypeAdapter[Any] = TypeAdapter(Money)
_NAME: TypeAdapter[str] = TypeAdapter(Annotated[Text, Field(max_length=1000)])
_COLLATED_NAME = func.lower(collate(Product.name, UNICODE))

SORTS = {
    CatalogueOrder.NEWEST: None,
    CatalogueOrder.CHEAPEST: Sort("price", Product.price, _PRICE),
    CatalogueOrder.DEAREST: Sort("-price", Product.price, _PRICE, descending=True),
    CatalogueOrder.BY_NAME: Sort("name", _COLLATED_NAME, _NAME),
    CatalogueOrder.BY_NAME_BACKWARDS: Sort(
        "-name", _COLLATED_NAME, _NAME, descending=True
    ),
}

ONE = (
    select(
        *(
            column
            for column in Product.__table__.c
            if column.name not in ("words", "terms", "withdrawn_at")
        ),
        (Stock.on_hand - Stock.reserved).label("quantity"),
        Stock.revision,
    )
    .join(Product.stock)
    .where(Product.withdrawn_at.is_(None))
)


async def get_offered(connection: AsyncConnection, product_id: int) -> RowMapping:
    """All that the catalogue shows, and the product's version and revision."""
    result = await connection.execute(ONE.where(Product.id == product_id))
    row = result.mappings().one_or_none()
    if row is None:
        raise ProductNotFound(
            f"there is no product {product_id}", product_id=product_id
        )
    return row


class Catalogue:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_page(
        self, wanted: CatalogueFilter, order: CatalogueOrder, page: PageRequest
    ) -> Page[Product]:
        query = _narrowed(_offered(), wanted)
        if wanted.q is not None:
            terms = await SearchTerms.of(self._session, wanted.q)
            query = query.where(or_(*terms.without_typos()))
        return await fetch_page(self._session, query, Product.id, page, SORTS[order])

    async def list_found(
        self, q: str, wanted: CatalogueFilter, page: PageRequest
    ) -> Page[Product]:
        """Returns the best matches first, and the newest of equally good ones."""
        terms = await SearchTerms.of(self._session, q)
        search = RankedSearch(self._session, _narrowed(_offered(), wanted), terms)
        return await search.fetch_page(page, search_fingerprint(q, wanted))


def _offered() -> Select[Product]:
    # Its stock is joined to what is shown, and not to what is only counted.
    return (
        select(Product)
        .options(joinedload(Product.stock, innerjoin=True))
        .where(Product.withdrawn_at.is_(None))
    )


def _narrowed(query: Select[Product], wanted: CatalogueFilter) -> Select[Product]:
    if wanted.category is not None:
        query = query.where(
            func.lower(Product.category.collate(UNICODE))
            == func.lower(literal(wanted.category).collate(UNICODE))
        )
    if wanted.min_price is not None:
        query = query.where(Product.price >= wanted.min_price)
    if wanted.max_price is not None:
        query = query.where(Product.price <= wanted.max_price)
    if wanted.in_stock is not None:
        is_in_stock = Product.stock.has(Stock.on_hand > Stock.reserved)
        query = query.where(is_in_stock if wanted.in_stock else ~is_in_stock)
    if wanted.owner_id is not None:
        query = query.where(Product.owner_id == wanted.owner_id)
    if wanted.low_stock is not None:
        available = Stock.on_hand - Stock.reserved
        is_low = Product.stock.has(available <= Stock.low_stock_threshold)
        query = query.where(is_low if wanted.low_stock else ~is_low)
    return query
