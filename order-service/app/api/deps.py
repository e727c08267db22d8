"""The dependencies of the routes."""

from typing import Annotated

from fastapi import Depends, Request

from app.repositories.orders import Orders
from app.resources import Resources
from app.services.change_order import ChangeOrder
from app.services.checkout import Checkout
from app.services.read_orders import ReadOrders
from chassis import CurrentPrincipal, Deadline, SessionDep, resources_of

# Every POST /orders answers within 3 s of its arrival.
ANSWER_SECONDS = 2.8


async def _resources(request: Request) -> Resources:
    return resources_of(request.app, Resources)


ResourcesDep = Annotated[Resources, Depends(_resources)]


async def _checkout(resources: ResourcesDep) -> Checkout:
    return resources.checkout


async def _change_order(resources: ResourcesDep) -> ChangeOrder:
    return ChangeOrder(resources.database, resources.outbox)


async def _read_orders(reader: CurrentPrincipal, session: SessionDep) -> ReadOrders:
    return ReadOrders(Orders(session), reader)


async def _deadline(request: Request) -> Deadline:
    return Deadline(request.state.received_at + ANSWER_SECONDS)


CheckoutDep = Annotated[Checkout, Depends(_checkout)]
ChangeOrderDep = Annotated[ChangeOrder, Depends(_change_order)]
ReadOrdersDep = Annotated[ReadOrders, Depends(_read_orders)]
DeadlineDep = Annotated[Deadline, Depends(_deadline)]
