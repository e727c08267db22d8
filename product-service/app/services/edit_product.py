"""An owner changes a product, or takes it out of the catalogue."""

from collections.abc import Collection

from app.models.product import Product
from app.repositories.products import Products
from app.schemas.product import ProductUpdate
from app.services.tell_shortage import Shortages
from chassis import User


class EditProduct:
    """Changes start from one of the `accepted` versions; None accepts any."""

    def __init__(self, products: Products, shortages: Shortages) -> None:
        self._products = products
        self._shortages = shortages

    async def edit(
        self,
        product_id: int,
        user: User,
        update: ProductUpdate,
        accepted: Collection[int] | None,
    ) -> Product:
        product = await self._get(product_id, user, accepted)
        changes = update.changes()
        if changes:
            quantity = changes.pop("quantity", None)
            if quantity is not None:
                product.stock.correct(quantity)
            product.edit(**changes)
            self._shortages.tell(product, product.stock)
        return product

    async def withdraw(
        self, product_id: int, user: User, accepted: Collection[int] | None
    ) -> None:
        product = await self._get(product_id, user, accepted)
        product.withdraw()

    async def _get(
        self, product_id: int, user: User, accepted: Collection[int] | None
    ) -> Product:
        product = await self._products.get_locked(product_id)
        product.require_owner(user)
        product.require_version(accepted)
        return product
