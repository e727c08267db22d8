"""A user puts a product into the catalogue."""

from app.models.product import Product
from app.models.stock import Stock
from app.repositories.products import Products
from app.schemas.product import ProductCreate
from chassis import User


class OfferProduct:
    def __init__(self, products: Products) -> None:
        self._products = products

    async def offer(self, owner: User, offer: ProductCreate) -> Product:
        product = Product(
            owner_id=owner.user_id,
            stock=Stock.initial(offer.quantity),
            **offer.model_dump(exclude={"quantity"}),
        )
        await self._products.add(product)
        return product
