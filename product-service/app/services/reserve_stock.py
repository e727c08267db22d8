"""An order reserves all that it needs, or nothing."""

from collections.abc import Mapping

from app.models.rejection import require_reservable
from app.models.reservation import Reservation, Wanted
from app.repositories.products import Products
from app.repositories.reservations import Reservations
from app.services.alert_low_stock import AlertLowStock


class ReserveStock:
    def __init__(
        self,
        reservations: Reservations,
        products: Products,
        alert_low_stock: AlertLowStock,
    ) -> None:
        self._reservations = reservations
        self._products = products
        self._alert_low_stock = alert_low_stock

    async def reserve(self, order_id: int, wanted: Mapping[int, Wanted]) -> Reservation:
        """Reserves what is wanted by product, once however often it is called."""
        reservation = await self._reservations.open(order_id)
        if reservation is None:
            reservation = await self._reservations.get(order_id)
            reservation.require_same_request(wanted)
            return reservation

        # From here to the commit, other buyers of these products wait, and so do
        # sellers who change their price: an accepted price is the price reserved.
        offered = await self._products.lock_with_stock(wanted)
        require_reservable(wanted, offered)
        for product_id, product in sorted(offered.items()):
            reservation.take(product, wanted[product_id].quantity)
            await self._alert_low_stock.alert(product, product.stock)
        return reservation
