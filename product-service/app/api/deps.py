"""The dependencies of the routes."""

from typing import Annotated

from fastapi import Depends, Header, Request
from pydantic import WithJsonSchema

from app.models.product import Product
from app.repositories.products import Products
from app.repositories.reservations import Reservations
from app.repositories.stock import Stocks
from app.resources import Resources
from app.services.alert_low_stock import AlertLowStock
from app.services.browse import Browse
from app.services.change_stock import ChangeStock
from app.services.edit_product import EditProduct
from chassis import CurrentUser, PathId, SessionDep, resources_of


async def _resources(request: Request) -> Resources:
    return resources_of(request.app, Resources)


ResourcesDep = Annotated[Resources, Depends(_resources)]


async def _products(session: SessionDep) -> Products:
    return Products(session)


async def _stocks(session: SessionDep) -> Stocks:
    return Stocks(session)


async def _reservations(session: SessionDep) -> Reservations:
    return Reservations(session)


async def _alert_low_stock(
    session: SessionDep, resources: ResourcesDep
) -> AlertLowStock:
    return AlertLowStock(session, resources.outbox)


async def _browse(resources: ResourcesDep) -> Browse:
    return resources.browse


BrowseDep = Annotated[Browse, Depends(_browse)]
ProductsDep = Annotated[Products, Depends(_products)]
StocksDep = Annotated[Stocks, Depends(_stocks)]
ReservationsDep = Annotated[Reservations, Depends(_reservations)]
AlertLowStockDep = Annotated[AlertLowStock, Depends(_alert_low_stock)]


async def _edit_product(products: ProductsDep, alert: AlertLowStockDep) -> EditProduct:
    return EditProduct(products, alert)


async def _change_stock(stocks: StocksDep, alert: AlertLowStockDep) -> ChangeStock:
    return ChangeStock(stocks, alert)


EditProductDep = Annotated[EditProduct, Depends(_edit_product)]
ChangeStockDep = Annotated[ChangeStock, Depends(_change_stock)]


async def _owned_product(
    product_id: PathId, user: CurrentUser, products: ProductsDep
) -> Product:
    product = await products.get_even_withdrawn(product_id)
    product.require_owner(user)
    return product


OwnedProduct = Annotated[Product, Depends(_owned_product)]
"""The product of the path, which belongs to the user: in the catalogue or withdrawn."""

# A header may come in several lines, which is nothing that clients need to know.
_Tags = Annotated[list[str] | None, WithJsonSchema({"type": "string"})]
IfMatch = Annotated[_Tags, Header(description="The ETag to start from")]
IfNoneMatch = Annotated[_Tags, Header(description="The ETag in hand")]
