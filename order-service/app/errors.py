"""The domain errors of order-service."""

from chassis import Conflict, DomainError, Forbidden, Invalid, NotFound, Unavailable


class UnknownOrder(NotFound):
    """The order does not exist or belongs to another user."""


class OrderNotPending(Conflict):
    """The order is not pending, so it cannot be confirmed or rejected."""


class OrderAlreadyShipped(Conflict):
    """A shipped order cannot be cancelled."""


class InvalidStatusTransition(Conflict):
    """The order's status cannot change to the requested one."""


class StatusChangeForbidden(Forbidden):
    """A customer can only cancel an order; other changes are for administrators."""


class TotalTooLarge(Invalid):
    """The total is larger than the largest amount of money."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail, "items")


class UnknownProduct(NotFound):
    """A product of the order does not exist or is no longer for sale."""


class InsufficientStock(Conflict):
    """The order has a larger quantity of a product than is available."""


class PriceChanged(Conflict):
    """The price of a product differs from the one that the customer agreed to."""


class AccountErased(Conflict):
    """The customer's account has been erased."""


class OrderCancelledDuringCheckout(Conflict):
    """The customer cancelled the order while it was being placed."""


class OrderingUnavailable(Unavailable):
    """The order was not placed, and no stock is reserved for it."""


RESERVATION_REJECTIONS = (UnknownProduct, InsufficientStock, PriceChanged)
"""The errors with which product-service rejects a reservation."""

STORED_REJECTIONS: dict[str, type[DomainError]] = {
    error.code: error for error in (*RESERVATION_REJECTIONS, TotalTooLarge)
}
"""By code, the errors that are stored with a rejected order and replayed later."""
