"""Changes an order that was placed: it is cancelled, shipped or delivered."""

from collections.abc import Iterator

from app.errors import InvalidStatusTransition, StatusChangeForbidden
from app.events.messages import OrderCancelled, OrderRejected, OrderStatusChanged
from app.models import Order, OrderStatus
from app.repositories.orders import Orders
from app.services.measure_orders import count_order
from chassis import Database, EventData, Outbox, User

# The reason of a rejection that was no failure.
CANCELLED_BY_SHOP = "cancelled_by_shop"


class ChangeOrder:
    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox

    async def change(self, order_id: int, target: OrderStatus, by: User) -> Order:
        """Moves the order to `target`; does nothing if it is there already.

        Raises:
            UnknownOrder, StatusChangeForbidden: see there.
            InvalidStatusTransition, OrderAlreadyShipped: its status does not allow it.
        """
        async with self._database.transaction() as session:
            order = await Orders(session).get(order_id, for_update=True)
            order.require_visible_to(by)
            if target != OrderStatus.CANCELLED and not by.is_admin:
                raise StatusChangeForbidden("you may only cancel this order")
            previous = order.status
            if previous == target:
                return order
            _move(order, target, by)
            await session.flush()
            count_order(session, order)
            for event in _events(order, previous, by):
                self._outbox.add(session, event)
        return order


def _move(order: Order, target: OrderStatus, by: User) -> None:
    match target:
        case OrderStatus.CANCELLED:
            order.cancel(by.user_id)
        case OrderStatus.SHIPPED:
            order.ship(by.user_id)
        case OrderStatus.DELIVERED:
            order.deliver(by.user_id)
        case OrderStatus.PENDING | OrderStatus.CONFIRMED:
            raise InvalidStatusTransition(f"only the platform makes an order {target}")


def _events(order: Order, previous: OrderStatus, by: User) -> Iterator[EventData]:
    if order.status != OrderStatus.CANCELLED:
        yield OrderStatusChanged.of(order, previous_status=previous)
    elif previous == OrderStatus.CONFIRMED:
        yield OrderCancelled.of(order, reason=None)
    elif order.promised and by.user_id != order.user_id:
        # The customer was answered 202 and waits for the order.
        yield OrderRejected.because(
            order, CANCELLED_BY_SHOP, "the shop has cancelled the order"
        )
