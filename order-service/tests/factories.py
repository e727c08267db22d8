"""Builds and stores orders and their parts."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.events.messages import OrderCreated
from app.models import Order, OrderMessage, PricedItem, RequestedItem
from app.repositories.orders import Orders
from app.schemas.order import OrderCreate, OrderLine
from chassis import Database, Deadline, Outbox, User

AMPLE_SECONDS = 20.0


def a_user(user_id: int = 7, role: str = "customer") -> User:
    return User(
        user_id=user_id,
        username=f"user{user_id}",
        email=f"user{user_id}@example.com",
        full_name=f"User {user_id}",
        roles=frozenset({role}),
    )


def a_draft(*lines: tuple[int, int], agreed: str | None = None) -> OrderCreate:
    """Builds a request for an order.

    Args:
        agreed: the unit price of each line that the customer agreed to.
    """
    items = [
        OrderLine(product_id=p, quantity=q, unit_price=agreed and Decimal(agreed))
        for p, q in lines or ((1, 2),)
    ]
    return OrderCreate(items=items)


def ample_time() -> Deadline:
    """Returns a deadline that no test reaches, even if the machine stalls."""
    return Deadline.after(AMPLE_SECONDS)


def an_order(user_id: int = 7, lines: Sequence[tuple[int, int]] = ((1, 2),)) -> Order:
    """Builds a pending order."""
    return Order.pending(
        a_user(user_id),
        [RequestedItem(*line) for line in lines],
        shipping_address="1 Analytical Row",
    )


def prices(order: Order, price: str = "10.00") -> dict[int, PricedItem]:
    return {
        item.product_id: PricedItem(f"Product {item.product_id}", Decimal(price))
        for item in order.items
    }


async def stored(database: Database, order: Order, claimed: float = 60) -> Order:
    """Stores the order.

    Args:
        claimed: seconds until its claim expires; negative if it has expired.
    """
    async with database.transaction() as session:
        await Orders(session).add(order, timedelta(seconds=claimed))
    return order


async def as_stored(database: Database, order_id: int) -> Order:
    async with database.transaction() as session:
        return await Orders(session).get(order_id)


async def confirmed(database: Database, order: Order) -> Order:
    await stored(database, order)
    async with database.transaction() as session:
        confirmed = order.confirmed(prices(order))
        await Orders(session).confirm(confirmed, a_message(session, confirmed))
    return confirmed


def a_message(session: AsyncSession, order: Order) -> dict[str, Any]:
    """Returns the event of a confirmed order, for `Orders.confirm`."""
    outbox = Outbox(OrderMessage, "/order-service", lambda: None)
    return outbox.within(session).prepare(OrderCreated.of(order))


async def events_of(database: Database, order_id: int) -> list[dict[str, Any]]:
    """Returns the events about the order, oldest first."""
    subject = f"orders/{order_id}"
    async with database.transaction() as session:
        rows = await session.scalars(select(OrderMessage).order_by(OrderMessage.id))
        events = [json.loads(row.body) for row in rows]
    return [event for event in events if event["subject"] == subject]


async def abandon(database: Database, order_id: int, ago: float = 1) -> None:
    """Lets the claim of a pending order expire."""
    async with database.transaction() as session:
        past = datetime.now(UTC) - timedelta(seconds=ago)
        await session.execute(
            update(Order).where(Order.id == order_id).values(claimed_until=past)
        )


FAILING_COMMIT = """
CREATE FUNCTION lose_connection() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_terminate_backend(pg_backend_pid());
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER lose_connection AFTER UPDATE ON orders
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ({}) EXECUTE FUNCTION lose_connection();
"""


@asynccontextmanager
async def commits_that_fail(database: Database, when: str) -> AsyncIterator[None]:
    """Breaks the connection at each commit after which `when` is true of an order."""
    async with database.transaction() as session:
        await session.execute(text(FAILING_COMMIT.format(when)))
    try:
        yield
    finally:
        async with database.transaction() as session:
            await session.execute(text("DROP FUNCTION lose_connection CASCADE"))
