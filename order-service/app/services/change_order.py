"""What becomes of an order after it was placed: cancelled, shipped, delivered."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.events.messages import OrderCancelled, OrderStatusChanged
from app.models import Order, OrderStatus
from app.models.errors import IllegalMove
from app.repositories.orders import Orders
from app.services.count_orders import count_order
from chassis import Forbidden, Outbox, User


class OnlyAdminsMoveOrders(Forbidden):
    """The customer may cancel an order; the rest is the shop's."""


class ChangeOrder:
    def __init__(self, session: AsyncSession, outbox: Outbox) -> None:
        self._session = session
        self._outbox = outbox

    async def move(self, order_id: int, target: OrderStatus, by: User) -> Order:
        """Moves the order to `target`; nothing happens where it is there already."""
        order = await Orders(self._session).get_to_change(order_id)
        order.must_be_visible_to(by)
        if target != OrderStatus.CANCELLED and not by.is_admin:
            raise OnlyAdminsMoveOrders("you may only cancel this order")
        if order.status == target:
            return order
        previous = order.status
        match target:
            case OrderStatus.CANCELLED:
                order.cancel(by.user_id)
            case OrderStatus.SHIPPED:
                order.ship(by.user_id)
            case OrderStatus.DELIVERED:
                order.deliver(by.user_id)
            case _:
                raise IllegalMove(f"nobody moves an order to {target} by hand")
        await self._session.flush()
        count_order(self._session, order)
        self._tell(order, previous)
        return order

    def _tell(self, order: Order, previous: str) -> None:
        if order.status != OrderStatus.CANCELLED:
            moved = OrderStatusChanged.of(order, previous_status=previous)
            self._outbox.add(self._session, moved)
        elif previous == OrderStatus.CONFIRMED:
            # Nobody was told of an order that was not confirmed yet.
            cancelled = OrderCancelled.of(order, reason=None)
            self._outbox.add(self._session, cancelled)
