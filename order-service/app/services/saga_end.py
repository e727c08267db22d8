"""How the saga of an order can end."""

from dataclasses import dataclass

from app.models import Order, OrderStatus
from chassis import DomainError


@dataclass(frozen=True)
class Confirmed:
    """The stock is taken, and `order.created` will be published."""

    order: Order


@dataclass(frozen=True)
class Promised:
    """The order is pending and will settle by itself."""

    order: Order


@dataclass(frozen=True)
class Rejected:
    """The order cannot be placed for what it asks for."""

    rejection: DomainError


@dataclass(frozen=True)
class Cancelled:
    """The customer or an administrator cancelled the order."""

    order: Order


@dataclass(frozen=True)
class Withdrawn:
    """The order was not placed: no stock is taken for it, nor ever will be."""


SagaEnd = Confirmed | Promised | Rejected | Cancelled | Withdrawn


def end_of(order: Order) -> SagaEnd:
    """Returns how a stored order has ended; a pending one is promised."""
    match order.status:
        case OrderStatus.PENDING:
            return Promised(order)
        case OrderStatus.CANCELLED if order.refusal is None:
            return Cancelled(order)
        case OrderStatus.CANCELLED:
            rejection = order.rejection()
            return Withdrawn() if rejection is None else Rejected(rejection)
        case _:
            return Confirmed(order)
