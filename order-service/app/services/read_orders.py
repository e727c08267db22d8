"""Reading orders: customers their own, administrators anybody's."""

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

    async def one(self, order_id: int) -> Order:
        """Returns the order; raises `UnknownOrder` if it is another user's."""
        order = await self._orders.get(order_id)
        order.require_visible_to(self._reader)
        return order

    async def history(self, order_id: int, page: PageRequest) -> Page[OrderChange]:
        """Returns the changes of an order; raises as `one`."""
        order = await self.one(order_id)
        return await self._orders.list_changes(order.id, page)

    async def of_everybody(
        self, page: PageRequest, status: OrderStatus | None
    ) -> Page[Order]:
        self._require_admin()
        return await self._orders.list_all(page, status)

    async def of_user(
        self, user_id: int, page: PageRequest, status: OrderStatus | None
    ) -> Page[Order]:
        if user_id != self._reader.user_id:
            self._require_admin()
        return await self._orders.list_of_user(user_id, page, status)

    async def of_named(
        self, user_id_or_email: str, page: PageRequest, status: OrderStatus | None
    ) -> Page[Order]:
        """Returns the orders of a user id, or those placed with an e-mail address."""
        user_id = _id_in(user_id_or_email)
        if self._is_own_address(user_id_or_email) and not self._reader.is_admin:
            # Another user may have had the same address before.
            user_id = self._reader.user_id
        if user_id is not None:
            return await self.of_user(user_id, page, status)
        self._require_admin()
        address = canonical_address(user_id_or_email)
        return await self._orders.list_by_email(address, page, status)

    def _require_admin(self) -> None:
        if not self._reader.is_admin:
            raise RoleRequired("you may only list your own orders")

    def _is_own_address(self, text: str) -> bool:
        own = self._reader.email
        return own is not None and same_address(own, text)


def _id_in(user_id_or_email: str) -> int | None:
    if user_id_or_email.isascii() and user_id_or_email.isdigit():
        # Larger than any id: no user has it.
        return min(int(user_id_or_email), MAX_ID)
    return None
