"""What the routes are handed."""

from typing import Annotated

from fastapi import Depends

from app.models.product import Product
from app.repositories.products import ProductRepository
from app.repositories.reservations import ReservationRepository
from app.repositories.stock import StockRepository
from chassis import CurrentUser, PathId, SessionDep


async def _products(session: SessionDep) -> ProductRepository:
    return ProductRepository(session)


async def _stocks(session: SessionDep) -> StockRepository:
    return StockRepository(session)


async def _reservations(session: SessionDep) -> ReservationRepository:
    return ReservationRepository(session)


ProductsDep = Annotated[ProductRepository, Depends(_products)]
StocksDep = Annotated[StockRepository, Depends(_stocks)]
ReservationsDep = Annotated[ReservationRepository, Depends(_reservations)]


async def _owned_product(
    product_id: PathId, user: CurrentUser, products: ProductsDep
) -> Product:
    product = await products.get_even_withdrawn(product_id)
    product.require_owner(user)
    return product


OwnedProduct = Annotated[Product, Depends(_owned_product)]
"""The product of the path, which belongs to the user: in the catalogue or withdrawn."""
