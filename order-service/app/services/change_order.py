"""What becomes of an order after it was placed: cancelled, shipped, delivered."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.events.messages import OrderCancelled, OrderRejected, OrderStatusChanged
from app.models import Order, OrderStatus
from app.models.errors import IllegalMove
from app.repositories.orders import Orders
from app.services.count_orders import count_order
from chassis import Forbidden, Outbox, User

# The reason of a rejection that was no failure.
CANCELLED_BY_SHOP = "cancelled_by_shop"


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
        self._publish(order, previous, by)
        return order

    def _publish(self, order: Order, previous: str, by: User) -> None:
        if order.status != OrderStatus.CANCELLED:
            moved = OrderStatusChanged.of(order, previous_status=previous)
            self._outbox.add(self._session, moved)
        elif previous == OrderStatus.CONFIRMED:
            cancelled = OrderCancelled.of(order, reason=None)
            self._outbox.add(self._session, cancelled)
        elif order.promised and by.user_id != order.user_id:
            # Its customer was answered 202, and waits for the order.
            rejected = OrderRejected.because(
                order, CANCELLED_BY_SHOP, "the shop has cancelled the order"
            )
            self._outbox.add(self._session, rejected)
