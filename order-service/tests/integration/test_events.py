"""Which moves of an order are told, and which are nobody's business."""

import pytest
from sqlalchemy import select

from app.models import Order, OrderMessage, OrderStatus
from app.services.change_order import ChangeOrder
from chassis import Database, Outbox
from tests.factories import a_user, an_order, confirmed, stored

ADMIN = a_user(1, "admin")


async def move(database: Database, order: Order, *targets: OrderStatus) -> list[str]:
    outbox = Outbox(OrderMessage, "/order-service", lambda: None)
    for target in targets:
        await ChangeOrder(database, outbox).change(order.id, target, ADMIN)
    async with database.transaction() as session:
        rows = await session.scalars(select(OrderMessage).order_by(OrderMessage.id))
        return [row.routing_key for row in rows]


@pytest.mark.parametrize(
    ("targets", "events"),
    [
        (["cancelled"], ["order.cancelled"]),
        (["cancelled", "cancelled"], ["order.cancelled"]),
        (["shipped", "delivered"], ["order.status_changed", "order.status_changed"]),
    ],
)
async def test_the_moves_of_a_confirmed_order_are_told_once(
    database: Database, targets: list[str], events: list[str]
) -> None:
    order = await confirmed(database, an_order())
    moves = [OrderStatus(target) for target in targets]
    assert await move(database, order, *moves) == events


async def test_cancelling_an_order_that_was_never_confirmed_is_not_told(
    database: Database,
) -> None:
    order = await stored(database, an_order())
    assert await move(database, order, OrderStatus.CANCELLED) == []
