"""Lists the orders of a user who is given by id or e-mail address."""

from sqlalchemy import RowMapping

from app.models import OrderStatus
from app.repositories.order_lists import OrderLists
from app.services.list_orders import ListOrders
from chassis import (
    MAX_ID,
    Page,
    PageRequest,
    Principal,
    RoleRequired,
    canonical_address,
    same_address,
)


class ListOrdersOfOwner:
    def __init__(
        self, orders: OrderLists, reader: Principal, list_orders: ListOrders
    ) -> None:
        self._orders = orders
        self._reader = reader
        self._list_orders = list_orders

    async def list(
        self, user_id_or_email: str, page: PageRequest, status: OrderStatus | None
    ) -> Page[RowMapping]:
        """Returns the orders of a user id, or those placed with an e-mail address."""
        user_id = _parse_id(user_id_or_email)
        if not self._reader.is_admin and self._is_own_address(user_id_or_email):
            # By id, because another user may have had the same address before.
            user_id = self._reader.user_id
        if user_id is not None:
            return await self._list_orders.list(user_id, page, status)
        if not self._reader.is_admin:
            raise RoleRequired("you can only list your own orders")
        address = canonical_address(user_id_or_email)
        return await self._orders.list_by_email(address, page, status)

    def _is_own_address(self, text: str) -> bool:
        own = self._reader.email
        return own is not None and same_address(own, text)


def _parse_id(user_id_or_email: str) -> int | None:
    if user_id_or_email.isascii() and user_id_or_email.isdigit():
        # Limited to what the column can hold; no user has the largest id.
        return min(int(user_id_or_email), MAX_ID)
    return None
