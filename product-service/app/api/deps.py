"""The dependencies of the routes."""

from typing import Annotated

from fastapi import Depends, Header, Request
from pydantic import WithJsonSchema

from app.models.product import Product
from app.repositories.low_stock_alerts import LowStockAlerts
from app.repositories.products import Products
from app.repositories.reservations import Reservations
from app.repositories.stock import Stocks
from app.resources import Resources
from app.services.alert_low_stock import AlertLowStock
from app.services.browse import Browse
from app.services.change_stock import ChangeStock
from app.services.edit_product import EditProduct
from app.services.offer_product import OfferProduct
from app.services.open_stock import OpenStock
from app.services.reserve_stock import ReserveStock
from app.services.settle_reservation import SettleReservation
from chassis import CurrentUser, Events, PathId, SessionDep, resources_of


async def _resources(request: Request) -> Resources:
    return resources_of(request.app, Resources)


ResourcesDep = Annotated[Resources, Depends(_resources)]


async def _products(session: SessionDep) -> Products:
    return Products(session)


async def _stocks(session: SessionDep) -> Stocks:
    return Stocks(session)


async def _reservations(session: SessionDep) -> Reservations:
    return Reservations(session)


async def _low_stock_alerts(session: SessionDep) -> LowStockAlerts:
    return LowStockAlerts(session)


async def _events(session: SessionDep, resources: ResourcesDep) -> Events:
    return resources.outbox.within(session)


async def _browse(request: Request) -> Browse:
    # Without ResourcesDep, which would add 13 µs to each cached read.
    return resources_of(request.app, Resources).browse


BrowseDep = Annotated[Browse, Depends(_browse)]
ProductsDep = Annotated[Products, Depends(_products)]
StocksDep = Annotated[Stocks, Depends(_stocks)]
ReservationsDep = Annotated[Reservations, Depends(_reservations)]
LowStockAlertsDep = Annotated[LowStockAlerts, Depends(_low_stock_alerts)]
EventsDep = Annotated[Events, Depends(_events)]


async def _alert_low_stock(
    products: ProductsDep, alerts: LowStockAlertsDep, events: EventsDep
) -> AlertLowStock:
    return AlertLowStock(products, alerts, events)


AlertLowStockDep = Annotated[AlertLowStock, Depends(_alert_low_stock)]


async def _offer_product(products: ProductsDep) -> OfferProduct:
    return OfferProduct(products)


async def _edit_product(products: ProductsDep, alert: AlertLowStockDep) -> EditProduct:
    return EditProduct(products, alert)


async def _change_stock(stocks: StocksDep, alert: AlertLowStockDep) -> ChangeStock:
    return ChangeStock(stocks, alert)


async def _open_stock(products: ProductsDep, stocks: StocksDep) -> OpenStock:
    return OpenStock(products, stocks)


async def _reserve_stock(
    reservations: ReservationsDep, products: ProductsDep, alert: AlertLowStockDep
) -> ReserveStock:
    return ReserveStock(reservations, products, alert)


async def _settle_reservation(
    reservations: ReservationsDep, stocks: StocksDep
) -> SettleReservation:
    return SettleReservation(reservations, stocks)


OfferProductDep = Annotated[OfferProduct, Depends(_offer_product)]
EditProductDep = Annotated[EditProduct, Depends(_edit_product)]
ChangeStockDep = Annotated[ChangeStock, Depends(_change_stock)]
OpenStockDep = Annotated[OpenStock, Depends(_open_stock)]
ReserveStockDep = Annotated[ReserveStock, Depends(_reserve_stock)]
SettleReservationDep = Annotated[SettleReservation, Depends(_settle_reservation)]


async def _owned_product(
    product_id: PathId, user: CurrentUser, products: ProductsDep
) -> Product:
    product = await products.get_even_withdrawn(product_id)
    product.require_owner(user)
    return product


OwnedProduct = Annotated[Product, Depends(_owned_product)]
"""The product of the path, even if withdrawn, which the user must own."""

# A header may be repeated, which clients need not know.
_Tags = Annotated[list[str] | None, WithJsonSchema({"type": "string"})]
IfMatch = Annotated[_Tags, Header(description="The ETag to start from")]
IfNoneMatch = Annotated[_Tags, Header(description="The ETag in hand")]
