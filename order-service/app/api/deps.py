"""The dependencies of the routes."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request

from app.repositories.order_lists import OrderLists
from app.repositories.orders import Orders
from app.resources import Resources
from app.services.change_order import ChangeOrder
from app.services.check_out import CheckOut
from app.services.get_order import GetOrder
from app.services.list_order_changes import ListOrderChanges
from app.services.list_orders import ListOrders
from app.services.list_orders_of_owner import ListOrdersOfOwner
from chassis import CurrentPrincipal, Deadline, SessionDep, resources_of


async def _resources(request: Request) -> Resources:
    return resources_of(request.app, Resources)


ResourcesDep = Annotated[Resources, Depends(_resources)]


async def _checkout(resources: ResourcesDep) -> CheckOut:
    return resources.checkout


async def _change_order(resources: ResourcesDep) -> ChangeOrder:
    return ChangeOrder(resources.database, resources.outbox)


async def _get_order(reader: CurrentPrincipal, session: SessionDep) -> GetOrder:
    return GetOrder(Orders(session), reader)


async def _order_lists(
    _: CurrentPrincipal, resources: ResourcesDep
) -> AsyncIterator[OrderLists]:
    async with resources.database.reading() as connection:
        yield OrderLists(connection)


OrderListsDep = Annotated[OrderLists, Depends(_order_lists, scope="function")]


async def _list_orders(reader: CurrentPrincipal, lists: OrderListsDep) -> ListOrders:
    return ListOrders(lists, reader)


GetOrderDep = Annotated[GetOrder, Depends(_get_order)]
ListOrdersDep = Annotated[ListOrders, Depends(_list_orders)]


async def _list_orders_of_owner(
    reader: CurrentPrincipal, lists: OrderListsDep, list_orders: ListOrdersDep
) -> ListOrdersOfOwner:
    return ListOrdersOfOwner(lists, reader, list_orders)


async def _list_order_changes(
    session: SessionDep, get_order: GetOrderDep
) -> ListOrderChanges:
    return ListOrderChanges(Orders(session), get_order)


async def _deadline(request: Request) -> Deadline:
    deadline: Deadline = request.state.deadline
    return deadline


CheckOutDep = Annotated[CheckOut, Depends(_checkout)]
ChangeOrderDep = Annotated[ChangeOrder, Depends(_change_order)]
ListOrdersOfOwnerDep = Annotated[ListOrdersOfOwner, Depends(_list_orders_of_owner)]
ListOrderChangesDep = Annotated[ListOrderChanges, Depends(_list_order_changes)]
DeadlineDep = Annotated[Deadline, Depends(_deadline)]
