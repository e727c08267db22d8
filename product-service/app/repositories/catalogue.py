"""The queries of those who browse."""

from typing import Annotated, Any

from pydantic import Field, FiniteFloat, TypeAdapter
from sqlalchemy import ColumnElement, Double, RowMapping, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import joinedload

from app.models.product import Product, ProductNotFound
from app.models.stock import Stock
from app.schemas.catalogue import CatalogueFilter, CatalogueOrder
from chassis import Money, Page, PageRequest, Sort, Text, fetch_page

# How much of a word a typo must leave, from 0 to 1.
SIMILAR_ENOUGH = "0.3"

_PRICE: TypeAdapter[Any] = TypeAdapter(Money)
_NAME: TypeAdapter[str] = TypeAdapter(Annotated[Text, Field(max_length=1000)])
_RANK: TypeAdapter[float] = TypeAdapter(FiniteFloat)
_LOWER_NAME = func.lower(Product.name)

SORTS = {
    CatalogueOrder.NEWEST: None,
    CatalogueOrder.CHEAPEST: Sort("price", Product.price, _PRICE),
    CatalogueOrder.DEAREST: Sort("-price", Product.price, _PRICE, descending=True),
    CatalogueOrder.BY_NAME: Sort("name", _LOWER_NAME, _NAME),
    CatalogueOrder.BY_NAME_BACKWARDS: Sort(
        "-name", _LOWER_NAME, _NAME, descending=True
    ),
}

ONE = (
    select(
        *(
            column
            for column in Product.__table__.c
            if column.name not in ("words", "withdrawn_at")
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
        return await fetch_page(self._session, query, Product.id, page, SORTS[order])

    async def list_found(self, q: str, page: PageRequest) -> Page[Product]:
        """What has these words; where nothing has, what has a name like them."""
        words = func.websearch_to_tsquery("english", q)
        likeness = func.word_similarity(q, Product.name)
        having = _offered().where(Product.words.op("@@")(words))
        best = func.ts_rank(Product.words, words) + likeness
        found = await self._ranked(having, best, page)
        if found.total:
            return found
        threshold = "pg_trgm.word_similarity_threshold"
        await self._session.execute(
            select(func.set_config(threshold, SIMILAR_ENOUGH, True))
        )
        alike = _offered().where(Product.name.op("%>")(q))
        return await self._ranked(alike, likeness, page)

    async def _ranked(
        self, query: Select[Product], rank: ColumnElement[float], page: PageRequest
    ) -> Page[Product]:
        # As it is written down: a shorter float is another number when it comes back.
        exact = rank.cast(Double)
        best_first = Sort("rank", exact, _RANK, descending=True)
        return await fetch_page(self._session, query, Product.id, page, best_first)


def _offered() -> Select[Product]:
    # Its stock is joined to what is shown, and not to what is only counted.
    return (
        select(Product)
        .options(joinedload(Product.stock, innerjoin=True))
        .where(Product.withdrawn_at.is_(None))
    )


def _narrowed(query: Select[Product], wanted: CatalogueFilter) -> Select[Product]:
    if wanted.q is not None:
        words = func.websearch_to_tsquery("english", wanted.q)
        part_of_name = Product.name.icontains(wanted.q, autoescape=True)
        query = query.where(or_(Product.words.op("@@")(words), part_of_name))
    if wanted.category is not None:
        query = query.where(Product.category == wanted.category)
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
