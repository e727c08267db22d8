"""Reads the history of an order."""

from app.models import OrderChange
from app.repositories.orders import Orders
from app.services.get_order import GetOrder
from chassis import Page, PageRequest


class ListOrderChanges:
    def __init__(self, orders: Orders, get_order: GetOrder) -> None:
        self._orders = orders
        self._get_order = get_order

    async def list(self, order_id: int, page: PageRequest) -> Page[OrderChange]:
        """Returns the changes, the oldest first; raises like `GetOrder.get`."""
        order = await self._get_order.get(order_id)
        return await self._orders.list_changes(order.id, page)
