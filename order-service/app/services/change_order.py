"""Cancels an order, or marks it as shipped or delivered."""

from collections.abc import Iterator

from app.errors import InvalidStatusTransition, StatusChangeForbidden
from app.events.messages import OrderCancelled, OrderRejected, OrderStatusChanged
from app.models import Order, OrderStatus
from app.repositories.order_metrics import OrderMetrics
from app.repositories.orders import Orders
from chassis import Database, EventData, Outbox, User

# The reason of `order.rejected` if an administrator cancels a promised order.
CANCELLED_BY_SHOP = "cancelled_by_shop"


class ChangeOrder:
    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox

    async def change(self, order_id: int, target: OrderStatus, by: User) -> Order:
        """Changes the status to `target`; does nothing if the order has it already.

        Raises:
            UnknownOrder, StatusChangeForbidden: see there.
            InvalidStatusTransition, OrderAlreadyShipped: the order's status does not
                allow the change.
        """
        async with self._database.transaction() as session:
            order = await Orders(session).get(order_id, for_update=True)
            order.require_visible_to(by)
            if target != OrderStatus.CANCELLED and not by.is_admin:
                raise StatusChangeForbidden("you can only cancel this order")
            previous = order.status
            if previous == target:
                return order
            _set_status(order, target, by)
            await session.flush()
            OrderMetrics(session).count(order)
            for event in _events(order, previous, by):
                self._outbox.within(session).add(event)
        return order


def _set_status(order: Order, target: OrderStatus, by: User) -> None:
    match target:
        case OrderStatus.CANCELLED:
            order.cancel(by.user_id)
        case OrderStatus.SHIPPED:
            order.ship(by.user_id)
        case OrderStatus.DELIVERED:
            order.deliver(by.user_id)
        case OrderStatus.PENDING | OrderStatus.CONFIRMED:
            raise InvalidStatusTransition(f"an order cannot be set to {target}")


def _events(order: Order, previous: OrderStatus, by: User) -> Iterator[EventData]:
    if order.status != OrderStatus.CANCELLED:
        yield OrderStatusChanged.of(order, previous_status=previous)
    elif previous == OrderStatus.CONFIRMED:
        yield OrderCancelled.of(order, reason=None)
    elif order.promised and by.user_id != order.user_id:
        # The customer got a 202 and is waiting for the order.
        yield OrderRejected.because(
            order, CANCELLED_BY_SHOP, "the shop has cancelled the order"
        )
