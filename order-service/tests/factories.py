"""Orders and what they are made from."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import update

from app.models import Order, PricedItem
from app.repositories.orders import Orders
from app.schemas.order import OrderCreate, OrderLine
from chassis import Database, User


def a_user(user_id: int = 7, role: str = "customer") -> User:
    return User(
        user_id=user_id,
        username=f"user{user_id}",
        email=f"user{user_id}@example.com",
        full_name=f"User {user_id}",
        roles=frozenset({role}),
    )


def a_draft(*lines: tuple[int, int]) -> OrderCreate:
    items = [OrderLine(product_id=p, quantity=q) for p, q in lines or ((1, 2),)]
    return OrderCreate(items=items)


def an_order(
    user_id: int = 7, lines: Sequence[tuple[int, int]] = ((1, 2),), claimed: float = 60
) -> Order:
    """A pending order.

    Args:
        claimed: for how many seconds somebody is at work on it; negative if nobody.
    """
    return Order.pending(
        a_user(user_id),
        lines,
        shipping_address="1 Analytical Row",
        claim=timedelta(seconds=claimed),
    )


def prices(order: Order, price: str = "10.00") -> dict[int, PricedItem]:
    return {
        item.product_id: PricedItem(f"Product {item.product_id}", Decimal(price))
        for item in order.items
    }


async def stored(database: Database, order: Order) -> Order:
    async with database.transaction() as session:
        await Orders(session).add(order)
    return order


async def as_stored(database: Database, order_id: int) -> Order:
    async with database.transaction() as session:
        return await Orders(session).get(order_id)


async def confirmed(database: Database, order: Order) -> Order:
    async with database.transaction() as session:
        order.confirm(prices(order))
        await Orders(session).add(order)
    return order


async def abandon(database: Database, order_id: int, ago: float = 1) -> None:
    """Whoever was at work on the order is gone."""
    async with database.transaction() as session:
        past = datetime.now(UTC) - timedelta(seconds=ago)
        await session.execute(
            update(Order).where(Order.id == order_id).values(claimed_until=past)
        )
