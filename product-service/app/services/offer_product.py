"""A user puts a product into the catalogue."""

from app.repositories.products import Products
from app.schemas.product import ProductCreate, ProductRead
from chassis import User


class OfferProduct:
    def __init__(self, products: Products) -> None:
        self._products = products

    async def offer(self, owner: User, offer: ProductCreate) -> ProductRead:
        row = await self._products.add(owner.user_id, offer)
        return ProductRead.model_validate(row)
