"""A seller withdraws a product from the catalogue."""

from collections.abc import Collection

from app.models.edition import Edition
from app.repositories.products import Products
from chassis import User


class WithdrawProduct:
    def __init__(self, products: Products) -> None:
        self._products = products

    async def withdraw(
        self, product_id: int, user: User, accepted: Collection[Edition] | None
    ) -> None:
        """
        Args:
            accepted: the editions that may be withdrawn; None accepts any.
        """
        product = await self._products.get(product_id, for_update=True)
        product.require_owner(user)
        product.require_edition(accepted)
        product.withdraw()
