"""Routes of services for the reservations of orders."""

from fastapi import APIRouter

from app.api.deps import (
    CommitReservationDep,
    ReleaseReservationDep,
    ReservationsDep,
    ReserveStockDep,
)
from app.errors import (
    InsufficientStock,
    PriceChanged,
    ReservationCommitted,
    ReservationDiffers,
    ReservationNotFound,
    ReservationReleased,
    UnknownProduct,
)
from app.schemas.reservation import ReservationCreate, ReservationRead
from chassis import CurrentService, ExactNumbersRoute, PathId, RoleRequired, problems

router = APIRouter(
    prefix="/reservations/{order_id}",
    tags=["reservations"],
    responses=problems(RoleRequired),
    route_class=ExactNumbersRoute,
)


@router.put(
    "",
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
    service: ReserveStockDep,
) -> ReservationRead:
    """Reserves all items or none; repeating it returns the same response."""
    return await service.reserve(order_id, body.wanted)


@router.get("", responses=problems(ReservationNotFound))
async def read_reservation(
    order_id: PathId, _: CurrentService, reservations: ReservationsDep
) -> ReservationRead:
    """Returns the reservation of an order."""
    return ReservationRead.model_validate(await reservations.get(order_id))


@router.post(
    "/commit",
    responses=problems(ReservationNotFound, ReservationReleased),
)
async def commit(
    order_id: PathId,
    _: CurrentService,
    service: CommitReservationDep,
) -> ReservationRead:
    """Sells the reserved stock of an order; repeating it changes nothing."""
    return await service.commit(order_id)


@router.post(
    "/release",
    responses=problems(ReservationCommitted),
)
async def release(
    order_id: PathId,
    _: CurrentService,
    service: ReleaseReservationDep,
) -> ReservationRead:
    """Releases the reserved stock of an order; a later reservation is refused."""
    return await service.release(order_id)
