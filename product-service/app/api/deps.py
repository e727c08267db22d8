"""What the routes are handed."""

from typing import Annotated

from fastapi import Depends

from app.models.product import Product
from app.repositories.products import Products
from app.repositories.reservations import Reservations
from app.repositories.stock import Stocks
from chassis import CurrentUser, PathId, SessionDep


async def _products(session: SessionDep) -> Products:
    return Products(session)


async def _stocks(session: SessionDep) -> Stocks:
    return Stocks(session)


async def _reservations(session: SessionDep) -> Reservations:
    return Reservations(session)


ProductsDep = Annotated[Products, Depends(_products)]
StocksDep = Annotated[Stocks, Depends(_stocks)]
ReservationsDep = Annotated[Reservations, Depends(_reservations)]


async def _owned_product(
    product_id: PathId, user: CurrentUser, products: ProductsDep
) -> Product:
    product = await products.get_even_withdrawn(product_id)
    product.require_owner(user)
    return product


OwnedProduct = Annotated[Product, Depends(_owned_product)]
"""The product of the path, which belongs to the user: in the catalogue or withdrawn."""
