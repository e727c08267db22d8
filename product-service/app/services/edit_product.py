"""A seller changes a product."""

from collections.abc import Collection

from app.models.edition import Edition
from app.models.product import Product
from app.repositories.products import Products
from app.schemas.product import ProductUpdate
from app.services.alert_low_stock import AlertLowStock
from chassis import User


class EditProduct:
    def __init__(self, products: Products, alert_low_stock: AlertLowStock) -> None:
        self._products = products
        self._alert_low_stock = alert_low_stock

    async def edit(
        self,
        product_id: int,
        user: User,
        update: ProductUpdate,
        accepted: Collection[Edition] | None,
    ) -> Product:
        """
        Args:
            accepted: the editions that the change may start from; None accepts any.
        """
        product = await self._products.get(product_id, for_update=True)
        product.require_owner(user)
        changes = update.changes()
        # A quantity that was read before a sale would add the sold pieces again.
        product.require_edition(accepted, with_stock="quantity" in changes)
        product.edit(**changes)
        await self._alert_low_stock.alert(product, product.stock)
        return product
