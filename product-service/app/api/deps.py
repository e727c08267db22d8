"""The dependencies of the routes."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Header, Request
from pydantic import WithJsonSchema
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.product import Product
from app.repositories.low_stock_alerts import LowStockAlerts
from app.repositories.products import Products
from app.repositories.reservations import Reservations
from app.repositories.stock import Stocks
from app.resources import Resources
from app.services.alert_low_stock import AlertLowStock
from app.services.commit_reservation import CommitReservation
from app.services.edit_product import EditProduct
from app.services.list_products import ListProducts
from app.services.offer_product import OfferProduct
from app.services.open_stock import OpenStock
from app.services.read_product import ReadProduct
from app.services.reduce_stock import ReduceStock
from app.services.release_reservation import ReleaseReservation
from app.services.reserve_stock import ReserveStock
from app.services.restock_product import RestockProduct
from app.services.search_products import SearchProducts
from app.services.set_low_stock_threshold import SetLowStockThreshold
from app.services.withdraw_product import WithdrawProduct
from chassis import (
    CurrentUser,
    Events,
    PathId,
    SessionDep,
    header_values,
    resources_of,
)


async def _resources(request: Request) -> Resources:
    return resources_of(request.app, Resources)


ResourcesDep = Annotated[Resources, Depends(_resources)]


async def _offer_session(request: Request) -> AsyncIterator[AsyncSession]:
    # Without a key, a product is stored by one statement and nothing else. Both are
    # read from the request, because FastAPI solves dependencies of each use again.
    database = resources_of(request.app, Resources).database
    has_key = bool(header_values(request.scope, b"idempotency-key"))
    async with database.transaction(of_one_statement=not has_key) as session:
        yield session


OfferSessionDep = Annotated[AsyncSession, Depends(_offer_session, scope="function")]


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


async def _read_product(resources: ResourcesDep) -> ReadProduct:
    return resources.read_product


async def _list_products(resources: ResourcesDep) -> ListProducts:
    return resources.list_products


async def _search_products(resources: ResourcesDep) -> SearchProducts:
    return resources.search_products


ReadProductDep = Annotated[ReadProduct, Depends(_read_product)]
ListProductsDep = Annotated[ListProducts, Depends(_list_products)]
SearchProductsDep = Annotated[SearchProducts, Depends(_search_products)]
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


async def _offer_product(session: OfferSessionDep) -> OfferProduct:
    return OfferProduct(Products(session))


async def _edit_product(products: ProductsDep, alert: AlertLowStockDep) -> EditProduct:
    return EditProduct(products, alert)


async def _withdraw_product(products: ProductsDep) -> WithdrawProduct:
    return WithdrawProduct(products)


async def _restock_product(stocks: StocksDep) -> RestockProduct:
    return RestockProduct(stocks)


async def _reduce_stock(stocks: StocksDep, alert: AlertLowStockDep) -> ReduceStock:
    return ReduceStock(stocks, alert)


async def _set_low_stock_threshold(
    stocks: StocksDep, alert: AlertLowStockDep
) -> SetLowStockThreshold:
    return SetLowStockThreshold(stocks, alert)


async def _open_stock(products: ProductsDep, stocks: StocksDep) -> OpenStock:
    return OpenStock(products, stocks)


async def _reserve_stock(resources: ResourcesDep) -> ReserveStock:
    return resources.reserve_stock


async def _commit_reservation(resources: ResourcesDep) -> CommitReservation:
    return resources.commit_reservation


async def _release_reservation(resources: ResourcesDep) -> ReleaseReservation:
    return resources.release_reservation


OfferProductDep = Annotated[OfferProduct, Depends(_offer_product)]
EditProductDep = Annotated[EditProduct, Depends(_edit_product)]
WithdrawProductDep = Annotated[WithdrawProduct, Depends(_withdraw_product)]
RestockProductDep = Annotated[RestockProduct, Depends(_restock_product)]
ReduceStockDep = Annotated[ReduceStock, Depends(_reduce_stock)]
SetLowStockThresholdDep = Annotated[
    SetLowStockThreshold, Depends(_set_low_stock_threshold)
]
OpenStockDep = Annotated[OpenStock, Depends(_open_stock)]
ReserveStockDep = Annotated[ReserveStock, Depends(_reserve_stock)]
CommitReservationDep = Annotated[CommitReservation, Depends(_commit_reservation)]
ReleaseReservationDep = Annotated[ReleaseReservation, Depends(_release_reservation)]


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
