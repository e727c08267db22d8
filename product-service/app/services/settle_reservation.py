"""What an order reserved is sold, or given back. Both may be asked for again."""

from app.models.reservation import Reservation
from app.repositories.reservations import Reservations
from app.repositories.stock import Stocks


async def commit_reservation(
    reservations: Reservations, stocks: Stocks, order_id: int
) -> Reservation:
    reservation = await reservations.get(order_id, for_update=True)
    if reservation.commit():
        locked = await stocks.lock(reservation.quantities)
        for product_id, quantity in reservation.quantities.items():
            locked[product_id].sell(quantity, order_id)
    return reservation


async def release_reservation(
    reservations: Reservations, stocks: Stocks, order_id: int
) -> Reservation:
    # An unknown order is released all the same: its reserve may be on the way still.
    reservation = await reservations.open(order_id)
    if reservation is None:
        reservation = await reservations.get(order_id, for_update=True)
    if reservation.release() and reservation.items:
        locked = await stocks.lock(reservation.quantities)
        for product_id, quantity in reservation.quantities.items():
            locked[product_id].release(quantity)
    return reservation
