"""The queries on products."""

from collections.abc import Collection

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager

from app.models.product import Product, ProductNotFound
from app.models.stock import Stock
from chassis import Page, PageRequest, fetch_page


def _catalogue() -> Select[Product]:
    """What is offered, with its stock."""
    return (
        select(Product)
        .join(Product.stock)
        .options(contains_eager(Product.stock))
        .where(Product.withdrawn_at.is_(None))
    )


class Products:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, product: Product) -> None:
        self._session.add(product)
        await self._session.flush()

    async def get(self, product_id: int) -> Product:
        return await self._one(_catalogue(), product_id)

    async def get_locked(self, product_id: int) -> Product:
        """For a change of the product or its stock: others who change them wait."""
        # Its key stays, so that reservation items may refer to it meanwhile.
        locked = _catalogue().with_for_update(key_share=True)
        return await self._one(locked, product_id)

    async def get_even_withdrawn(self, product_id: int) -> Product:
        return await self._one(select(Product), product_id)

    async def list_page(
        self, page: PageRequest, category: str | None, in_stock: bool | None
    ) -> Page[Product]:
        query = _catalogue()
        if category is not None:
            query = query.where(Product.category == category)
        if in_stock is not None:
            query = query.where((Stock.on_hand > Stock.reserved).is_(in_stock))
        return await fetch_page(self._session, query, Product.id, page)

    async def list_with_locked_stock(
        self, product_ids: Collection[int]
    ) -> dict[int, Product]:
        """Those that are in the catalogue, by id; nobody else can take of their stock
        until the transaction ends."""
        query = (
            _catalogue()
            .where(Product.id.in_(product_ids))
            # One order for everybody: overlapping orders cannot deadlock.
            .order_by(Product.id)
            .with_for_update(of=Stock, key_share=True)
        )
        return {product.id: product for product in await self._session.scalars(query)}

    async def _one(self, query: Select[Product], product_id: int) -> Product:
        product = await self._session.scalar(query.where(Product.id == product_id))
        if product is None:
            raise ProductNotFound(
                f"there is no product {product_id}", product_id=product_id
            )
        return product
