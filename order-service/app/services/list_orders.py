"""Whose orders one may list: one's own, and an administrator anybody's."""

from app.models import Order, OrderStatus
from app.repositories.orders import Orders
from chassis import MAX_ID, NotAllowed, Page, PageRequest, User


class ListOrders:
    def __init__(self, orders: Orders, asker: User) -> None:
        self._orders = orders
        self._asker = asker

    async def of_user(
        self, user_id: int, page: PageRequest, status: OrderStatus | None
    ) -> Page[Order]:
        if user_id != self._asker.user_id:
            self._must_be_admin()
        return await self._orders.list_of_user(user_id, page, status)

    async def of_named(
        self, user_id_or_email: str, page: PageRequest, status: OrderStatus | None
    ) -> Page[Order]:
        """The orders of whoever has this id, or had this address when ordering."""
        if self._is_the_asker(user_id_or_email) and not self._asker.is_admin:
            return await self.of_user(self._asker.user_id, page, status)
        self._must_be_admin()
        user_id = _id_in(user_id_or_email)
        if user_id is None:
            return await self._orders.list_by_email(user_id_or_email, page, status)
        return await self.of_user(user_id, page, status)

    def _must_be_admin(self) -> None:
        if not self._asker.is_admin:
            raise NotAllowed("you may only list your own orders")

    def _is_the_asker(self, user_id_or_email: str) -> bool:
        own = (str(self._asker.user_id), (self._asker.email or "").casefold())
        return user_id_or_email.casefold() in own


def _id_in(user_id_or_email: str) -> int | None:
    if user_id_or_email.isascii() and user_id_or_email.isdigit():
        # Larger than any id: then it is nobody's.
        return min(int(user_id_or_email), MAX_ID)
    return None
