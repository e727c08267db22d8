"""Routes that place, list and change orders."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request, Response
from sqlalchemy import RowMapping

from app.api.deps import (
    ChangeOrderDep,
    CheckOutDep,
    DeadlineDep,
    GetOrderDep,
    ListOrderChangesDep,
    ListOrdersDep,
    ListOrdersOfOwnerDep,
)
from app.api.owner_query import ALL_USERS, OwnerQuery
from app.errors import (
    AccountErased,
    InsufficientStock,
    InvalidStatusTransition,
    OrderAlreadyShipped,
    OrderCancelledDuringCheckout,
    OrderingUnavailable,
    PriceChanged,
    StatusChangeForbidden,
    TotalTooLarge,
    UnknownOrder,
    UnknownProduct,
)
from app.models import OrderStatus
from app.schemas.order import ChangeRead, OrderCreate, OrderRead, StatusChange
from chassis import (
    REPLAYED,
    CurrentUser,
    ExactNumbersRoute,
    IdempotencyKeyDep,
    IdempotencyKeyRepeated,
    IdempotencyKeyReused,
    NormalizedText,
    NotFound,
    Page,
    PageDep,
    PathId,
    RequestInProgress,
    RoleRequired,
    describe_page,
    problems,
)

router = APIRouter(
    prefix="/orders",
    tags=["orders"],
    responses=problems(RoleRequired),
    route_class=ExactNumbersRoute,
)

PLACE_RESPONSES = {
    202: {"model": OrderRead, "description": "Pending; it is settled automatically"},
    **problems(
        UnknownProduct,
        InsufficientStock,
        PriceChanged,
        RequestInProgress,
        OrderCancelledDuringCheckout,
        AccountErased,
        IdempotencyKeyReused,
        IdempotencyKeyRepeated,
        TotalTooLarge,
        OrderingUnavailable,
    ),
}
STATUS_CHANGE_RESPONSES = problems(
    RoleRequired,
    UnknownOrder,
    StatusChangeForbidden,
    OrderAlreadyShipped,
    InvalidStatusTransition,
)


@router.post("", status_code=201, responses=PLACE_RESPONSES)
async def place_order(
    draft: OrderCreate,
    customer: CurrentUser,
    checkout: CheckOutDep,
    deadline: DeadlineDep,
    response: Response,
    idempotency_key: IdempotencyKeyDep,
) -> OrderRead:
    """Places an order: it is confirmed now (201), or pending and settled soon (202)."""
    placement = await checkout.place(customer, draft, idempotency_key, deadline)
    response.headers["Location"] = f"/orders/{placement.order.id}"
    if placement.replayed:
        response.headers.update(REPLAYED)
    if placement.order.status == OrderStatus.PENDING:
        response.status_code = 202
    return OrderRead.of(placement.order)


@router.get("")
async def list_orders(
    reader: CurrentUser,
    orders: ListOrdersDep,
    page: PageDep,
    request: Request,
    response: Response,
    status: OrderStatus | None = None,
    user_id: OwnerQuery = None,
) -> list[OrderRead]:
    """Lists your own orders, newest first; admins can list those of other users."""
    owner_id = None if user_id == ALL_USERS else user_id or reader.user_id
    found = await orders.list(owner_id, page, status)
    return _order_list(found, request, response)


@router.get(
    "/user/{user_id_or_email:path}", responses=problems(NotFound), deprecated=True
)
async def list_orders_of_user(
    user_id_or_email: Annotated[NormalizedText, Path(max_length=254)],
    orders: ListOrdersOfOwnerDep,
    page: PageDep,
    request: Request,
    response: Response,
    status: OrderStatus | None = None,
) -> list[OrderRead]:
    """Lists the orders of a user, given by id or e-mail address.

    Deprecated: use `GET /orders` or `GET /orders?user_id=`.
    """
    # An address can contain a slash before its @; after it, the path is another one.
    if "/" in user_id_or_email.rpartition("@")[2]:
        raise HTTPException(404)
    found = await orders.list(user_id_or_email, page, status)
    return _order_list(found, request, response)


@router.get("/{order_id}", responses=problems(UnknownOrder))
async def get_order(order_id: PathId, order: GetOrderDep) -> OrderRead:
    """Returns an order to its owner or to an admin."""
    return OrderRead.of(await order.get(order_id))


@router.get("/{order_id}/events", responses=problems(UnknownOrder))
async def list_order_events(
    order_id: PathId,
    changes: ListOrderChangesDep,
    page: PageDep,
    request: Request,
    response: Response,
) -> list[ChangeRead]:
    """Lists the changes of an order, oldest first."""
    found = await changes.list(order_id, page)
    describe_page(request, response, found)
    return [ChangeRead.model_validate(change) for change in found.items]


@router.patch("/{order_id}/status", responses=STATUS_CHANGE_RESPONSES)
async def change_order_status(
    order_id: PathId,
    change: StatusChange,
    user: CurrentUser,
    change_order: ChangeOrderDep,
) -> OrderRead:
    """Changes the status of an order; its owner can only cancel it."""
    return OrderRead.of(await change_order.change(order_id, change.status, user))


@router.put("/{order_id}", responses=STATUS_CHANGE_RESPONSES, deprecated=True)
async def update_order(
    order_id: PathId,
    change: StatusChange,
    user: CurrentUser,
    change_order: ChangeOrderDep,
) -> OrderRead:
    """Changes the status of an order, like `PATCH /orders/{id}/status`.

    Deprecated: only the status of an order can change, so use `PATCH`.
    """
    return OrderRead.of(await change_order.change(order_id, change.status, user))


@router.delete("/{order_id}", status_code=204, responses=STATUS_CHANGE_RESPONSES)
async def cancel_order(
    order_id: PathId, user: CurrentUser, change_order: ChangeOrderDep
) -> None:
    """Cancels an order that has not been shipped."""
    await change_order.change(order_id, OrderStatus.CANCELLED, user)


def _order_list(
    found: Page[RowMapping], request: Request, response: Response
) -> list[OrderRead]:
    describe_page(request, response, found)
    return [OrderRead.of_row(row) for row in found.items]
