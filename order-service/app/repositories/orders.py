"""Queries on orders."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    bindparam,
    delete,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.exc import StaleDataError

from app.errors import UnknownOrder
from app.models import (
    CLAIM,
    IdempotencyKey,
    Order,
    OrderChange,
)
from chassis import Id, Page, PageRequest, Sort, fetch_page

OLDEST = Sort("oldest", OrderChange.id, TypeAdapter(Id))
# Each order needs these two. The unit of work would write each table by a statement of
# its own, and an order would cost this service twice as much.
_ADD = text("""
    WITH added AS (
        INSERT INTO orders (
            version, user_id, username, customer_name, customer_email, shipping_address,
            status, promised, claimed_until, created_at, updated_at,
            stock, stock_attempts, trace_context
        )
        SELECT
            1, :user_id, :username, :customer_name, :customer_email, :shipping_address,
            'pending', false, now() + :claim, :created_at, :created_at,
            'held', 0, :trace_context
        WHERE NOT user_is_erased(:user_id)
        RETURNING id, user_id, claimed_until
    ), items AS (
        INSERT INTO order_items (
            order_id, position, product_id, quantity, agreed_price
        )
        SELECT added.id, position - 1, product_id, quantity, agreed_price
        FROM added, unnest(
            CAST(:product_ids AS bigint[]),
            CAST(:quantities AS integer[]),
            CAST(:agreed_prices AS numeric[])
        ) WITH ORDINALITY AS item (product_id, quantity, agreed_price, position)
    ), change AS (
        INSERT INTO order_changes (order_id, status, changed_by)
        SELECT id, 'pending', user_id FROM added
    )
    SELECT id, claimed_until FROM added
""").bindparams(bindparam("trace_context", type_=JSONB))
_CONFIRM = text("""
    WITH confirmed AS (
        UPDATE orders
        SET status = 'confirmed', total_amount = :total_amount, version = :version,
            updated_at = :updated_at
        WHERE id = :id AND version = :version - 1
        RETURNING id
    ), items AS (
        UPDATE order_items
        SET product_name = priced.name, unit_price = priced.price
        FROM confirmed, unnest(
            CAST(:names AS text[]), CAST(:prices AS numeric[])
        ) WITH ORDINALITY AS priced (name, price, position)
        WHERE order_items.order_id = confirmed.id
          AND order_items.position = priced.position - 1
    ), change AS (
        INSERT INTO order_changes (order_id, status)
        SELECT id, 'confirmed' FROM confirmed
    ), message AS (
        INSERT INTO outbox (
            event_id, exchange, routing_key, must_route, body, headers, attempts
        )
        SELECT
            :event_id, :exchange, :routing_key, :must_route, :body, :headers, 0
        FROM confirmed
    )
    SELECT id FROM confirmed
""").bindparams(bindparam("headers", type_=JSONB))


class Orders:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, order: Order, claim: timedelta = CLAIM) -> bool:
        """Stores a pending order with its items and its first change.

        Args:
            claim: how long the request may work on the order before recovery does.

        Returns:
            whether it is stored; the order of an erased user is not.
        """
        columns = zip(
            *((i.product_id, i.quantity, i.agreed_price) for i in order.items),
            strict=True,
        )
        product_ids, quantities, agreed_prices = map(list, columns)
        row = {
            "user_id": order.user_id,
            "username": order.username,
            "customer_name": order.customer_name,
            "customer_email": order.customer_email,
            "shipping_address": order.shipping_address,
            "claim": claim,
            "created_at": order.created_at,
            "trace_context": order.trace_context,
            "product_ids": product_ids,
            "quantities": quantities,
            "agreed_prices": agreed_prices,
        }
        stored = (await self._session.execute(_ADD, row)).one_or_none()
        if stored is None:
            return False
        order.id, order.claimed_until = stored
        return True

    async def confirm(self, order: Order, message: Mapping[str, Any]) -> None:
        """Stores an order that was confirmed, with its change and its event.

        Args:
            order: the copy that `Order.confirmed` returned.
            message: the event, as `Events.prepare` returned it.

        Raises:
            StaleDataError: the order has changed since it was read.
        """
        row = {
            "id": order.id,
            "version": order.version,
            "total_amount": order.total_amount,
            "updated_at": order.updated_at,
            "names": [item.product_name for item in order.items],
            "prices": [item.unit_price for item in order.items],
            **message,
        }
        if (await self._session.execute(_CONFIRM, row)).one_or_none() is None:
            raise StaleDataError(f"order {order.id} has changed")

    async def get(self, order_id: int, *, for_update: bool = False) -> Order:
        """Returns the order; `for_update` locks it until the transaction ends.

        Raises:
            UnknownOrder: there is no order with this id.
        """
        order = await self._session.get(
            Order, order_id, with_for_update=for_update or None
        )
        if order is None:
            raise UnknownOrder(f"there is no order {order_id}")
        return order

    async def get_unchanged(self, order: Order) -> Order:
        """Returns an order of an earlier transaction, locked, to change it in this one.

        Raises:
            StaleDataError: the order has changed since it was read.
        """
        current = await self.get(order.id, for_update=True)
        if current.version != order.version:
            raise StaleDataError(f"order {order.id} has changed")
        return current

    async def list_changes(self, order_id: int, page: PageRequest) -> Page[OrderChange]:
        query = select(OrderChange).where(OrderChange.order_id == order_id)
        return await fetch_page(self._session, query, OrderChange.id, page, OLDEST)

    async def erase_customer_data(self, user_id: int) -> int:
        """Erases the user's personal data in all orders; returns their number."""
        statement = (
            update(Order)
            .where(Order.user_id == user_id)
            .values(
                username="",
                customer_name="",
                customer_email=None,
                shipping_address=None,
                # Forces a request that is working on one of them to read it again.
                version=Order.version + 1,
            )
            .returning(Order.id)
        )
        return len((await self._session.scalars(statement)).all())

    async def delete_idempotency_keys(self, order_id: int) -> None:
        await self._session.execute(
            delete(IdempotencyKey).where(IdempotencyKey.order_id == order_id)
        )
