"""The events that changes of an order's status publish."""

import pytest
from sqlalchemy import select

from app.models import Order, OrderMessage, OrderStatus
from app.services.change_order import ChangeOrder
from chassis import Database, Outbox
from tests.factories import a_user, an_order, confirmed, stored

ADMIN = a_user(1, "admin")


async def change_status(
    database: Database, order: Order, *targets: OrderStatus
) -> list[str]:
    """Returns the types of all events after the changes."""
    outbox = Outbox(OrderMessage, "/order-service", lambda: None)
    for target in targets:
        await ChangeOrder(database, outbox).change(order.id, target, ADMIN)
    async with database.transaction() as session:
        rows = await session.scalars(select(OrderMessage).order_by(OrderMessage.id))
        return [row.routing_key for row in rows]


@pytest.mark.parametrize(
    ("targets", "events"),
    [
        ([], []),
        (["cancelled"], ["order.cancelled"]),
        (["cancelled", "cancelled"], ["order.cancelled"]),
        (["shipped", "delivered"], ["order.status_changed", "order.status_changed"]),
    ],
)
async def test_status_changes_publish_one_event_each(
    database: Database, targets: list[str], events: list[str]
) -> None:
    order = await confirmed(database, an_order())
    statuses = [OrderStatus(target) for target in targets]
    found = await change_status(database, order, *statuses)
    assert found == ["order.created", *events]


async def test_cancelling_unconfirmed_order_publishes_nothing(
    database: Database,
) -> None:
    order = await stored(database, an_order())
    assert await change_status(database, order, OrderStatus.CANCELLED) == []
