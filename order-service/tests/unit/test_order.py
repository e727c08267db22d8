"""The rules of an order."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.errors import (
    InsufficientStock,
    InvalidStatusTransition,
    OrderAlreadyShipped,
    OrderNotPending,
    TotalTooLarge,
    UnknownOrder,
)
from app.models import Order, OrderStatus, StockState
from chassis import Principal
from tests.factories import a_user, an_order, prices


def confirmed() -> Order:
    order = an_order(lines=((1, 2), (2, 3)))
    order.id, order.created_at = 17, datetime.now(UTC)
    return order.confirmed(prices(order, "1.10"))


def shipped() -> Order:
    order = confirmed()
    order.ship(by=1)
    return order


def test_confirmation_sets_reserved_prices() -> None:
    order = confirmed()
    assert order.status == OrderStatus.CONFIRMED
    assert [item.total_price for item in order.items] == [
        Decimal("2.20"),
        Decimal("3.30"),
    ]
    assert order.total_amount == Decimal("5.50")


def test_too_large_total_is_invalid() -> None:
    order = an_order(lines=((1, 2),))
    with pytest.raises(TotalTooLarge):
        order.confirmed(prices(order, "99999999.99"))
    assert order.status == OrderStatus.PENDING


def test_only_pending_order_can_be_confirmed() -> None:
    order = confirmed()
    with pytest.raises(OrderNotPending):
        order.confirmed(prices(order))


def test_rejection_keeps_reason_and_releases_stock() -> None:
    order = an_order()
    order.reject(InsufficientStock("too few", product_id=1))
    assert order.status == OrderStatus.CANCELLED
    assert order.stock == StockState.DUE_RELEASE
    assert order.failure == {
        "code": "insufficient_stock",
        "detail": "too few",
        "context": {"product_id": 1},
    }


@pytest.mark.parametrize("order", [an_order(), confirmed()])
def test_cancellation_releases_stock(order: Order) -> None:
    order.cancel(by=7)
    assert order.status == OrderStatus.CANCELLED
    assert order.stock == StockState.DUE_RELEASE


def test_cancelling_shipped_order_conflicts() -> None:
    with pytest.raises(OrderAlreadyShipped):
        shipped().cancel(by=7)


def test_shipping_commits_stock() -> None:
    assert shipped().stock == StockState.DUE_COMMIT


def test_shipped_order_can_be_delivered() -> None:
    order = shipped()
    order.deliver(by=1)
    assert order.status == OrderStatus.DELIVERED


@pytest.mark.parametrize("move", ["ship", "deliver"])
def test_pending_order_cannot_be_shipped_or_delivered(move: str) -> None:
    with pytest.raises(InvalidStatusTransition):
        getattr(an_order(), move)(by=1)


def test_settled_stock_stays_settled() -> None:
    order = shipped()
    order.mark_stock_settled()
    assert order.stock == StockState.COMMITTED
    order.mark_stock_settled()
    assert order.stock == StockState.COMMITTED


def test_order_number_has_date_and_six_digits() -> None:
    order = confirmed()
    order.created_at = order.created_at.replace(year=2026, month=1, day=31)
    assert order.order_number == "ORD-20260131-000017"
    order.id = 12345678
    assert order.order_number == "ORD-20260131-12345678"


@pytest.mark.parametrize("reader", [a_user(7), a_user(1, "admin")])
def test_order_is_visible_to_owner_and_admins(reader: Principal) -> None:
    an_order(user_id=7).require_visible_to(reader)


@pytest.mark.parametrize(
    "reader",
    [
        a_user(8),
        Principal(user_id=None, username="a-service", roles=frozenset({"service"})),
    ],
)
def test_order_is_unknown_to_other_users(reader: Principal) -> None:
    with pytest.raises(UnknownOrder):
        an_order(user_id=7).require_visible_to(reader)
