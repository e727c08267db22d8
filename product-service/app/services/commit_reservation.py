"""Sells the stock that an order has reserved."""

from app.models.reservation import Reservation
from app.repositories.reservations import Reservations
from app.repositories.stock import Stocks


class CommitReservation:
    def __init__(self, reservations: Reservations, stocks: Stocks) -> None:
        self._reservations = reservations
        self._stocks = stocks

    async def commit(self, order_id: int) -> Reservation:
        """Sells the reserved stock; repeating it changes nothing."""
        reservation = await self._reservations.get(order_id, for_update=True)
        if reservation.commit():
            locked = await self._stocks.lock(reservation.quantities)
            for product_id, quantity in reservation.quantities.items():
                locked[product_id].sell(quantity, order_id)
        return reservation
