"""Pages of orders as plain rows, which have the fields of `OrderRead`."""

from functools import cache

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Text,
    bindparam,
    cast,
    func,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Order, OrderItem, OrderStatus
from chassis import Page, PageRequest, PageStatement

_ITEM = func.json_build_object(
    *("product_id", OrderItem.product_id),
    *("product_name", OrderItem.product_name),
    *("quantity", OrderItem.quantity),
    # As text, because numbers of JSON would become floats.
    *("unit_price", cast(OrderItem.unit_price, Text)),
    *("total_price", cast(OrderItem.unit_price * OrderItem.quantity, Text)),
)
_ITEMS = (
    select(func.json_agg(aggregate_order_by(_ITEM, OrderItem.position)))
    .where(OrderItem.order_id == Order.id)
    .correlate(Order)
    .scalar_subquery()
)
# Both are spelled like the properties of `Order` with their names.
_ORDER_NUMBER = func.concat(
    "ORD-",
    func.to_char(Order.created_at, "YYYYMMDD"),
    "-",
    func.to_char(Order.id, "FM9999999999999000000"),
)
_REASON = Order.failure["code"].astext

_ORDERS = select(
    Order.id,
    _ORDER_NUMBER.label("order_number"),
    Order.user_id,
    Order.customer_name,
    Order.customer_email,
    _ITEMS.label("items"),
    Order.total_amount,
    Order.status,
    _REASON.label("reason"),
    Order.shipping_address,
    Order.created_at,
    Order.updated_at,
)


# The conditions on the owner of listed orders.
_ANY_USER = true()
_USER = Order.user_id == bindparam("owner")
_ADDRESS = func.lower(Order.customer_email) == func.lower(bindparam("owner"))


@cache
def _statement(owner: ColumnElement[bool], status: OrderStatus | None) -> PageStatement:
    query = _ORDERS.where(owner)
    if status is not None:
        query = query.where(Order.status == status)
    if status != OrderStatus.CANCELLED:
        # Orders that failed immediately are listed only on request. A promised
        # order stays in its customer's list even if it fails later.
        query = query.where(Order.failure.is_(None) | Order.promised)
    return PageStatement(query, Order.id)


class OrderLists:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def list_all(
        self, page: PageRequest, status: OrderStatus | None
    ) -> Page[RowMapping]:
        statement = _statement(_ANY_USER, status)
        return await statement.fetch(self._connection, page)

    async def list_of_user(
        self, user_id: int, page: PageRequest, status: OrderStatus | None
    ) -> Page[RowMapping]:
        statement = _statement(_USER, status)
        return await statement.fetch(self._connection, page, owner=user_id)

    async def list_by_email(
        self, email: str, page: PageRequest, status: OrderStatus | None
    ) -> Page[RowMapping]:
        """Returns the orders that were placed with this address."""
        statement = _statement(_ADDRESS, status)
        return await statement.fetch(self._connection, page, owner=email)
