"""Reads one order."""

from app.models import Order
from app.repositories.orders import Orders
from chassis import Principal


class GetOrder:
    def __init__(self, orders: Orders, reader: Principal) -> None:
        self._orders = orders
        self._reader = reader

    async def get(self, order_id: int) -> Order:
        """Returns the order; raises `UnknownOrder` if it belongs to another user."""
        order = await self._orders.get(order_id)
        order.require_visible_to(self._reader)
        return order
