"""The ways in which the saga of an order can end."""

from dataclasses import dataclass

from app.models import Order, OrderStatus
from chassis import DomainError


@dataclass(frozen=True)
class Confirmed:
    """The stock is reserved, and `order.created` will be published."""

    order: Order


@dataclass(frozen=True)
class Promised:
    """The order is pending, and recovery will place it."""

    order: Order


@dataclass(frozen=True)
class Rejected:
    """A product is unknown, short or has a new price, or the total is too large."""

    rejection: DomainError


@dataclass(frozen=True)
class Cancelled:
    """The customer or an administrator cancelled the order."""

    order: Order


@dataclass(frozen=True)
class Withdrawn:
    """The order was not placed: no stock is reserved for it, now or later."""


SagaEnd = Confirmed | Promised | Rejected | Cancelled | Withdrawn


def end_of(order: Order) -> SagaEnd:
    """Returns the end that a stored order shows; a pending one must be promised."""
    match order.status:
        case OrderStatus.PENDING:
            return Promised(order)
        case OrderStatus.CANCELLED if order.failure is None:
            return Cancelled(order)
        case OrderStatus.CANCELLED:
            rejection = order.rejection()
            return Withdrawn() if rejection is None else Rejected(rejection)
        case _:
            return Confirmed(order)
