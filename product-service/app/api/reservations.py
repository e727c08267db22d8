"""The stock that orders hold; for services."""

from fastapi import APIRouter

from app.api.deps import AlertLowStockDep, ProductsDep, ReservationsDep, StocksDep
from app.models.rejection import PriceChanged, UnknownProduct
from app.models.reservation import (
    Reservation,
    ReservationCommitted,
    ReservationDiffers,
    ReservationNotFound,
    ReservationReleased,
)
from app.models.stock import InsufficientStock
from app.schemas.reservation import ReservationCreate, ReservationRead
from app.services.reserve_stock import reserve_stock
from app.services.settle_reservation import commit_reservation, release_reservation
from chassis import CurrentService, ExactNumbersRoute, PathId, RoleRequired, problems

router = APIRouter(
    prefix="/reservations/{order_id}",
    tags=["reservations"],
    responses=problems(RoleRequired),
    route_class=ExactNumbersRoute,
)


@router.put(
    "",
    response_model=ReservationRead,
    responses=problems(
        UnknownProduct,
        InsufficientStock,
        PriceChanged,
        ReservationDiffers,
        ReservationReleased,
    ),
)
async def reserve(
    order_id: PathId,
    body: ReservationCreate,
    _: CurrentService,
    reservations: ReservationsDep,
    products: ProductsDep,
    alert_low_stock: AlertLowStockDep,
) -> Reservation:
    """Reserves all items or none; repeating it returns the same response."""
    return await reserve_stock(
        reservations, products, alert_low_stock, order_id, body.wanted
    )


@router.get("", response_model=ReservationRead, responses=problems(ReservationNotFound))
async def read_reservation(
    order_id: PathId, _: CurrentService, reservations: ReservationsDep
) -> Reservation:
    """Returns the reservation of an order."""
    return await reservations.get(order_id)


@router.post(
    "/commit",
    response_model=ReservationRead,
    responses=problems(ReservationNotFound, ReservationReleased),
)
async def commit(
    order_id: PathId,
    _: CurrentService,
    reservations: ReservationsDep,
    stocks: StocksDep,
) -> Reservation:
    """Sells the reserved stock of an order; repeating it changes nothing."""
    return await commit_reservation(reservations, stocks, order_id)


@router.post(
    "/release",
    response_model=ReservationRead,
    responses=problems(ReservationCommitted),
)
async def release(
    order_id: PathId,
    _: CurrentService,
    reservations: ReservationsDep,
    stocks: StocksDep,
) -> Reservation:
    """Releases the reserved stock of an order; a later reservation is refused."""
    return await release_reservation(reservations, stocks, order_id)
