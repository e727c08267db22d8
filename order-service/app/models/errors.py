"""What an order refuses."""

from chassis import Conflict, DomainError, Invalid, NotFound, Unavailable


class UnknownOrder(NotFound):
    """There is no such order, or none that the asker may know of."""


class OrderNotPending(Conflict):
    """Only a pending order can be confirmed or refused."""


class OrderAlreadyShipped(Conflict):
    """What has left cannot be cancelled."""


class IllegalMove(Conflict):
    """The order cannot go from its status to the one asked for."""


class TotalTooLarge(Invalid):
    """The total is more than an order can hold."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail, "items")


class UnknownProduct(NotFound):
    """A product of the order does not exist, or is not sold any more."""


class InsufficientStock(Conflict):
    """There is less of a product than the order asks for."""


class PriceChanged(Conflict):
    """A product has another price than the customer agreed to."""


class AccountErased(Conflict):
    """Who orders has just been erased, and is to be forgotten."""


class OrderCancelledDuringCheckout(Conflict):
    """The customer cancelled the order while it was being placed."""


class OrderingUnavailable(Unavailable):
    """The order was not placed, and nothing is taken for it."""


NOT_RESERVABLE = (UnknownProduct, InsufficientStock, PriceChanged)
"""What product-service rejects an order with."""

REJECTIONS: dict[str, type[DomainError]] = {
    error.code: error for error in (*NOT_RESERVABLE, TotalTooLarge)
}
"""What an order may end with by its code: stored, and replayed as given."""
