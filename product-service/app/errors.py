"""What product-service refuses, and why."""

from chassis import Conflict, Forbidden, NotFound, PreconditionFailed


class ProductNotFound(NotFound):
    """The catalogue has no such product, or not any more."""


class NotTheOwner(Forbidden):
    """Only the owner of a product, or an administrator, may do this."""


class ProductChanged(PreconditionFailed):
    """The product was edited, or the stock to be set was sold, meanwhile."""


class InsufficientStock(Conflict):
    """Less is available than was asked for."""


class StockRecordExists(Conflict):
    """The product already has a stock record."""


class StockLimitExceeded(Conflict):
    """The stock would be more than can be counted."""


class NotReserved(Conflict):
    """More was to be sold or released than is reserved."""


class UnknownProduct(NotFound):
    """The order names a product that is not in the catalogue."""


class PriceChanged(Conflict):
    """A product has another price than the customer agreed to."""


class ReservationNotFound(NotFound):
    """Nothing was ever reserved or released for this order."""


class ReservationDiffers(Conflict):
    """This order has reserved other items."""


class ReservationReleased(Conflict):
    """The stock of this order was released, maybe before it was reserved."""


class ReservationCommitted(Conflict):
    """The reserved stock of this order has been sold."""
