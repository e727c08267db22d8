"""An order reserves all that it needs, or nothing."""

from collections.abc import Mapping

from app.models.rejection import require_reservable
from app.models.reservation import Wanted
from app.repositories.common_reservations import CommonReservations
from app.repositories.low_stock_alerts import LowStockAlerts
from app.repositories.products import Products
from app.repositories.reservations import Reservations
from app.schemas.reservation import ReservationRead
from app.services.alert_low_stock import AlertLowStock
from chassis import Database, Outbox


class ReserveStock:
    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox
        self._common = CommonReservations(database)

    async def reserve(
        self, order_id: int, wanted: Mapping[int, Wanted]
    ) -> ReservationRead:
        """Reserves what is wanted by product, once however often it is called."""
        deadline = self._database.deadline()
        common = await self._common.reserve(order_id, wanted, deadline)
        if common is not None:
            return common
        async with self._database.transaction(deadline) as session:
            products, reservations = Products(session), Reservations(session)
            # From here to the commit, other buyers of these products wait, and so do
            # sellers who change their price: an accepted price is the price reserved.
            offered = await products.lock_with_stock(wanted)
            reservation = await reservations.open(order_id)
            if reservation is None:
                reservation = await reservations.get(order_id)
                reservation.require_same_request(wanted)
                return ReservationRead.model_validate(reservation)

            require_reservable(wanted, offered)
            events = self._outbox.within(session)
            alert_low_stock = AlertLowStock(products, LowStockAlerts(session), events)
            for product_id, product in sorted(offered.items()):
                reservation.take(product, wanted[product_id].quantity)
                await alert_low_stock.alert(product, product.stock)
        return ReservationRead.model_validate(reservation)
