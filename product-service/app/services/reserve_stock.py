"""An order reserves all that it needs, or nothing."""

from collections.abc import Mapping

from app.models.reservation import Reservation
from app.repositories.products import Products
from app.repositories.reservations import Reservations
from app.services.tell_shortage import Shortages
from chassis import NotFound


class UnknownProduct(NotFound):
    """The order names a product that is not in the catalogue."""


async def reserve_stock(
    reservations: Reservations,
    products: Products,
    shortages: Shortages,
    order_id: int,
    quantities: Mapping[int, int],
) -> Reservation:
    """Reserves these quantities by product, once however often it is called."""
    reservation = await reservations.open(order_id)
    if reservation is None:
        reservation = await reservations.get(order_id)
        reservation.require_same(quantities)
        return reservation

    # From here to the commit, the other buyers of these products wait.
    offered = await products.list_with_locked_stock(quantities)
    for product_id, quantity in sorted(quantities.items()):
        if product_id not in offered:
            raise UnknownProduct(
                f"there is no product {product_id}", product_id=product_id
            )
        product = offered[product_id]
        reservation.take(product, quantity)
        shortages.tell(product, product.stock)
    return reservation
