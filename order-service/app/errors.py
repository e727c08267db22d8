"""What order-service refuses, and why."""

from chassis import Conflict, DomainError, Forbidden, Invalid, NotFound, Unavailable


class UnknownOrder(NotFound):
    """There is no such order, or it belongs to another user."""


class OrderNotPending(Conflict):
    """Only a pending order can be confirmed or refused."""


class OrderAlreadyShipped(Conflict):
    """A shipped order cannot be cancelled."""


class InvalidStatusTransition(Conflict):
    """The order cannot go from its status to the requested one."""


class StatusChangeForbidden(Forbidden):
    """A customer may only cancel an order; administrators change its status."""


class TotalTooLarge(Invalid):
    """The total is more than an order can hold."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail, "items")


class UnknownProduct(NotFound):
    """A product of the order does not exist, or is no longer for sale."""


class InsufficientStock(Conflict):
    """Less of a product is available than the order asks for."""


class PriceChanged(Conflict):
    """A product has another price than the customer agreed to."""


class AccountErased(Conflict):
    """The customer's account has just been erased."""


class OrderCancelledDuringCheckout(Conflict):
    """The customer cancelled the order while it was being placed."""


class OrderingUnavailable(Unavailable):
    """The order was not placed, and nothing is taken for it."""


NOT_RESERVABLE = (UnknownProduct, InsufficientStock, PriceChanged)
"""Reasons for which product-service declines a reservation."""

REJECTIONS: dict[str, type[DomainError]] = {
    error.code: error for error in (*NOT_RESERVABLE, TotalTooLarge)
}
"""Reasons that are stored with a rejected order, by code, and replayed."""
