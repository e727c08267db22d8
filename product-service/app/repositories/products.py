"""The queries on products that are changed or ordered."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager

from app.errors import ProductNotFound
from app.models.catalogue_change import CatalogueChange
from app.models.edition import FIRST_EDITION
from app.models.ledger_entry import LedgerKind
from app.models.product import Product
from app.models.stock import INITIAL_REASON, LOW_STOCK, Stock
from app.schemas.product import ProductCreate
from chassis import report_changes


def _catalogue() -> Select[Product]:
    """Selects the products for sale, with their stock."""
    return (
        select(Product)
        .join(Product.stock)
        .options(contains_eager(Product.stock))
        .where(Product.withdrawn_at.is_(None))
    )


# Built once, because every order executes it.
_LOCKED = (
    _catalogue()
    .where(Product.id.in_(bindparam("ids", expanding=True)))
    # Always in this sequence, so that overlapping orders cannot deadlock.
    .order_by(Product.id)
    # Both tables, as in `get`, so that a price that changes while this statement waits
    # is read after the change.
    .with_for_update(of=(Product, Stock), key_share=True)
)

# One statement, because each one costs more than its rows. Its rules are those of
# `Stock.initial`.
_ADD = text(
    f"""
    WITH product AS (
        INSERT INTO products (
            owner_id, name, description, price, category, tags, image_url,
            version, is_stocked
        ) VALUES (
            :owner_id, :name, :description, :price, :category, :tags, :image_url,
            {FIRST_EDITION.version}, true
        ) RETURNING id, created_at, updated_at
    ), stock AS (
        INSERT INTO stock (product_id, on_hand, reserved, low_stock_threshold, revision)
        SELECT id, :quantity, 0, {LOW_STOCK}, {FIRST_EDITION.revision} FROM product
    ), ledger AS (
        INSERT INTO stock_ledger (product_id, kind, change, on_hand_after, reason)
        SELECT id, '{LedgerKind.INITIAL}', :quantity, :quantity, '{INITIAL_REASON}'
        FROM product WHERE :quantity > 0
    )
    SELECT id, created_at, updated_at FROM product
    """  # noqa: S608 - the constants are ours
)


class Products:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, owner_id: int, offer: ProductCreate) -> dict[str, Any]:
        """Stores a product, with its stock; returns all that the catalogue shows."""
        values = {**offer.model_dump(), "tags": offer.tags or [], "owner_id": owner_id}
        result = await self._session.execute(_ADD, values)
        report_changes(self._session, CatalogueChange(is_in_pages=True))
        return {**values, **result.mappings().one()}

    async def get(self, product_id: int, *, for_update: bool = False) -> Product:
        """Returns the product; `for_update` locks it and changes of its stock."""
        query = _catalogue()
        if for_update:
            # The key stays unlocked, so that reservation items may refer to it.
            query = query.with_for_update(key_share=True)
        return await self._one(query, product_id)

    async def get_even_withdrawn(
        self, product_id: int, *, for_update: bool = False
    ) -> Product:
        query = select(Product)
        if for_update:
            query = query.with_for_update(key_share=True)
        return await self._one(query, product_id)

    async def is_offered(self, product: Product) -> bool:
        """Returns whether the product is in the catalogue now.

        The caller has locked its stock, so that it cannot be withdrawn meanwhile.
        """
        await self._session.refresh(product, ["withdrawn_at"])
        return product.withdrawn_at is None

    async def lock_with_stock(self, product_ids: Collection[int]) -> dict[int, Product]:
        """Locks and returns the products for sale, by id, with their stock."""
        products = await self._session.scalars(_LOCKED, {"ids": list(product_ids)})
        return {product.id: product for product in products}

    async def _one(self, query: Select[Product], product_id: int) -> Product:
        product = await self._session.scalar(query.where(Product.id == product_id))
        if product is None:
            raise ProductNotFound(
                f"there is no product {product_id}", product_id=product_id
            )
        return product
