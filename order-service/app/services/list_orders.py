"""Lists orders: customers can list their own, administrators all."""

from sqlalchemy import RowMapping

from app.models import OrderStatus
from app.repositories.order_lists import OrderLists
from chassis import Page, PageRequest, Principal, RoleRequired


class ListOrders:
    def __init__(self, orders: OrderLists, reader: Principal) -> None:
        self._orders = orders
        self._reader = reader

    async def list(
        self, user_id: int | None, page: PageRequest, status: OrderStatus | None
    ) -> Page[RowMapping]:
        """Returns the orders of a user, or of all users if `user_id` is None."""
        if user_id != self._reader.user_id and not self._reader.is_admin:
            raise RoleRequired("you can only list your own orders")
        if user_id is None:
            return await self._orders.list_all(page, status)
        return await self._orders.list_of_user(user_id, page, status)
