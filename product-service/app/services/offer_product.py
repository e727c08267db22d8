"""A user puts a product into the catalogue."""

from app.models.product import Product
from app.models.stock import Stock
from app.repositories.products import Products
from app.schemas.product import ProductCreate
from chassis import User


async def offer_product(
    products: Products, owner: User, offer: ProductCreate
) -> Product:
    product = Product(
        owner_id=owner.user_id,
        stock=Stock.opened_with(offer.quantity),
        **offer.model_dump(exclude={"quantity"}),
    )
    await products.add(product)
    return product
