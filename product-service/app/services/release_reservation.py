"""Makes the stock that an order has reserved available again."""

from app.models.reservation import Reservation
from app.repositories.reservations import Reservations
from app.repositories.stock import Stocks


class ReleaseReservation:
    def __init__(self, reservations: Reservations, stocks: Stocks) -> None:
        self._reservations = reservations
        self._stocks = stocks

    async def release(self, order_id: int) -> Reservation:
        """Releases the reserved stock; repeating it changes nothing."""
        # An unknown order is released too: its reserve may still be on the way.
        reservation = await self._reservations.open(order_id)
        if reservation is None:
            reservation = await self._reservations.get(order_id, for_update=True)
        if reservation.release() and reservation.items:
            locked = await self._stocks.lock(reservation.quantities)
            for product_id, quantity in reservation.quantities.items():
                locked[product_id].release(quantity)
        return reservation
