"""Reads orders: customers can read their own, administrators all."""

from app.models import Order, OrderChange, OrderStatus
from app.repositories.orders import Orders
from chassis import (
    MAX_ID,
    Page,
    PageRequest,
    Principal,
    RoleRequired,
    canonical_address,
    same_address,
)


class ReadOrders:
    def __init__(self, orders: Orders, reader: Principal) -> None:
        self._orders = orders
        self._reader = reader

    async def get(self, order_id: int) -> Order:
        """Returns the order; raises `UnknownOrder` if it belongs to another user."""
        order = await self._orders.get(order_id)
        order.require_visible_to(self._reader)
        return order

    async def list_changes(self, order_id: int, page: PageRequest) -> Page[OrderChange]:
        """Returns the changes of an order; raises like `get`."""
        order = await self.get(order_id)
        return await self._orders.list_changes(order.id, page)

    async def list_all(
        self, page: PageRequest, status: OrderStatus | None
    ) -> Page[Order]:
        self._require_admin()
        return await self._orders.list_all(page, status)

    async def list_of_user(
        self, user_id: int, page: PageRequest, status: OrderStatus | None
    ) -> Page[Order]:
        if user_id != self._reader.user_id:
            self._require_admin()
        return await self._orders.list_of_user(user_id, page, status)

    async def list_by_id_or_email(
        self, user_id_or_email: str, page: PageRequest, status: OrderStatus | None
    ) -> Page[Order]:
        """Returns the orders of a user id, or those placed with an e-mail address."""
        user_id = _parse_id(user_id_or_email)
        if self._is_own_address(user_id_or_email) and not self._reader.is_admin:
            # By id, because another user may have had the same address before.
            user_id = self._reader.user_id
        if user_id is not None:
            return await self.list_of_user(user_id, page, status)
        self._require_admin()
        address = canonical_address(user_id_or_email)
        return await self._orders.list_by_email(address, page, status)

    def _require_admin(self) -> None:
        if not self._reader.is_admin:
            raise RoleRequired("you can only list your own orders")

    def _is_own_address(self, text: str) -> bool:
        own = self._reader.email
        return own is not None and same_address(own, text)


def _parse_id(user_id_or_email: str) -> int | None:
    if user_id_or_email.isascii() and user_id_or_email.isdigit():
        # Limited to what the column can hold; no user has the largest id.
        return min(int(user_id_or_email), MAX_ID)
    return None
