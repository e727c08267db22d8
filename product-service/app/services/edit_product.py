"""An owner changes a product, or takes it out of the catalogue."""

from app.models.product import Product
from app.repositories.products import Products
from app.schemas.product import ProductUpdate
from chassis import User


async def edit_product(
    products: Products, user: User, product_id: int, update: ProductUpdate
) -> Product:
    product = await products.get_locked(product_id)
    product.require_owner(user)
    changes = update.changes()
    if changes:
        quantity = changes.pop("quantity", None)
        if quantity is not None:
            product.stock.correct(quantity)
        product.edit(**changes)
    return product


async def withdraw_product(products: Products, user: User, product_id: int) -> None:
    product = await products.get_locked(product_id)
    product.require_owner(user)
    product.withdraw()
