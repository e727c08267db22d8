"""Makes the stock that an order has reserved available again."""

from app.repositories.common_reservations import CommonReservations
from app.repositories.reservations import Reservations
from app.repositories.stock import Stocks
from app.schemas.reservation import ReservationRead
from chassis import Database


class ReleaseReservation:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._common = CommonReservations(database)

    async def release(self, order_id: int) -> ReservationRead:
        """Releases the reserved stock; repeating it changes nothing."""
        deadline = self._database.deadline()
        common = await self._common.release(order_id, deadline)
        if common is not None:
            return common
        async with self._database.transaction(deadline) as session:
            reservations = Reservations(session)
            # An unknown order is released too: its reserve may still be on the way.
            if await reservations.open(order_id) is None:
                quantities = (await reservations.get(order_id)).quantities
            else:
                quantities = {}
            locked = await Stocks(session).lock(quantities)
            reservation = await reservations.get(order_id, for_update=True)
            if reservation.release():
                for product_id, quantity in quantities.items():
                    locked[product_id].release(quantity)
        return ReservationRead.model_validate(reservation)
