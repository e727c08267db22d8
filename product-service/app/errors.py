"""The domain errors of product-service."""

from chassis import Conflict, Forbidden, NotFound, PreconditionFailed


class ProductNotFound(NotFound):
    """The catalogue has no such product, or it is withdrawn."""


class NotTheOwner(Forbidden):
    """Only the owner of a product, or an administrator, may do this."""


class ProductChanged(PreconditionFailed):
    """The product was edited, or its stock was sold, after the given ETag."""


class InsufficientStock(Conflict):
    """Less stock is available than was requested."""


class StockRecordExists(Conflict):
    """The product already has a stock record."""


class StockLimitExceeded(Conflict):
    """The stock would be larger than the column can hold."""


class NotReserved(Conflict):
    """Less stock is reserved than should be sold or released."""


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
