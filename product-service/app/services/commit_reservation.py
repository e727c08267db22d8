"""Sells the stock that an order has reserved."""

from app.repositories.common_reservations import CommonReservations
from app.repositories.reservations import Reservations
from app.repositories.stock import Stocks
from app.schemas.reservation import ReservationRead
from chassis import Database


class CommitReservation:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._common = CommonReservations(database)

    async def commit(self, order_id: int) -> ReservationRead:
        """Sells the reserved stock; repeating it changes nothing."""
        deadline = self._database.deadline()
        common = await self._common.commit(order_id, deadline)
        if common is not None:
            return common
        async with self._database.transaction(deadline) as session:
            reservations = Reservations(session)
            quantities = (await reservations.get(order_id)).quantities
            locked = await Stocks(session).lock(quantities)
            reservation = await reservations.get(order_id, for_update=True)
            if reservation.commit():
                for product_id, quantity in quantities.items():
                    locked[product_id].sell(quantity, order_id)
        return ReservationRead.model_validate(reservation)
