"""Promised orders that are rejected later: their customers are notified."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from app.errors import (
    InsufficientStock,
    PriceChanged,
    TotalTooLarge,
)
from app.models import Order, OrderMessage, OrderStatus, StockState
from app.repositories.order_lists import OrderLists
from app.repositories.orders import Orders
from app.saga.ends import Cancelled, Promised, Rejected
from app.services.change_order import ChangeOrder
from app.services.check_out import CheckOut
from app.services.place_order import PlaceOrder
from app.services.settle_orders import SettleOrders
from chassis import (
    Database,
    DomainError,
    Outbox,
    PageRequest,
    PeerTimeout,
    User,
)
from tests.factories import (
    a_draft,
    a_user,
    abandon,
    ample_time,
    an_order,
    as_stored,
    commits_that_fail,
    events_of,
    stored,
)
from tests.fake_products import FakeProducts

FIRST_PAGE = PageRequest(skip=0, limit=20)


async def promised(
    checkout: CheckOut, products: FakeProducts, agreed: str | None = None
) -> Order:
    """Places an order of two pieces of product 1 with the key `key`; gets a 202."""
    products.failure = PeerTimeout("no answer")
    draft = a_draft((1, 2), agreed=agreed)
    placement = await checkout.place(a_user(7), draft, "key", ample_time())
    products.failure = None
    assert placement.order.status == OrderStatus.PENDING
    return placement.order


def raise_price(products: FakeProducts) -> None:
    products.price = Decimal("12.00")


def sell_out(products: FakeProducts) -> None:
    products.available[1] = 1


def withdraw_product(products: FakeProducts) -> None:
    del products.available[1]


def raise_price_beyond_any_total(products: FakeProducts) -> None:
    products.price = Decimal(90_000_000)


@pytest.mark.parametrize(
    ("happens", "agreed", "reason"),
    [
        (raise_price, "10.00", "price_changed"),
        (sell_out, None, "insufficient_stock"),
        (withdraw_product, None, "unknown_product"),
        (raise_price_beyond_any_total, None, "total_too_large"),
    ],
)
async def test_rejected_promise_publishes_one_event(
    database: Database,
    checkout: CheckOut,
    settle_orders: SettleOrders,
    products: FakeProducts,
    happens: Callable[[FakeProducts], None],
    agreed: str | None,
    reason: str,
) -> None:
    order = await promised(checkout, products, agreed)
    happens(products)
    await settle_orders.settle_batch()
    await abandon(database, order.id)
    assert await settle_orders.settle_batch() == 0
    rejected = await as_stored(database, order.id)
    assert (rejected.status, rejected.reason) == (OrderStatus.CANCELLED, reason)
    assert rejected.stock == StockState.DUE_RELEASE
    (event,) = await events_of(database, order.id)
    assert event["type"] == "order.rejected"
    assert event["data"]["reason"] == reason
    assert event["data"]["version"] == rejected.version
    assert event["data"]["customer"]["user_id"] == 7
    assert event["data"]["items"] == [
        {"product_id": 1, "quantity": 2, "agreed_price": agreed}
    ]


async def test_promise_stays_until_rejection_is_stored(
    database: Database, checkout: CheckOut, saga: PlaceOrder, products: FakeProducts
) -> None:
    order = await promised(checkout, products)
    sell_out(products)
    async with commits_that_fail(database, "NEW.status = 'cancelled'"):
        assert isinstance(await saga.place(order, ample_time()), Promised)
    assert (await as_stored(database, order.id)).status == OrderStatus.PENDING
    assert await events_of(database, order.id) == []


async def test_promised_order_rejects_another_price(
    database: Database,
    checkout: CheckOut,
    settle_orders: SettleOrders,
    products: FakeProducts,
) -> None:
    order = await promised(checkout, products, agreed="10.00")
    raise_price(products)
    await settle_orders.settle_batch()
    rejected = await as_stored(database, order.id)
    assert rejected.total_amount is None
    assert products.available[1] == 100
    (event,) = await events_of(database, order.id)
    assert [i["unit_price"] for i in event["data"]["rejected_items"]] == ["12.00"]


async def test_promised_order_is_charged_at_reserved_price(
    database: Database,
    checkout: CheckOut,
    settle_orders: SettleOrders,
    products: FakeProducts,
) -> None:
    async def lose_response(_: Order) -> None:
        raise PeerTimeout("the response was lost")

    products.before_response = lose_response
    draft = a_draft((1, 2), agreed="10.00")
    placement = await checkout.place(a_user(), draft, None, ample_time())
    products.before_response = None
    await settle_orders.settle_batch()
    confirmed = await as_stored(database, placement.order.id)
    assert confirmed.total_amount == Decimal("20.00")


@pytest.mark.parametrize(
    ("happens", "agreed", "error"),
    [
        (raise_price, "10.00", PriceChanged),
        (sell_out, None, InsufficientStock),
        (raise_price_beyond_any_total, None, TotalTooLarge),
    ],
)
async def test_key_of_rejected_promise_replays_rejection(
    checkout: CheckOut,
    settle_orders: SettleOrders,
    products: FakeProducts,
    happens: Callable[[FakeProducts], None],
    agreed: str | None,
    error: type[DomainError],
) -> None:
    await promised(checkout, products, agreed)
    happens(products)
    await settle_orders.settle_batch()
    with pytest.raises(error) as replayed:
        await checkout.place(
            a_user(7), a_draft((1, 2), agreed=agreed), "key", ample_time()
        )
    assert replayed.value.replayed


async def test_rejected_promise_stays_listed(
    database: Database,
    checkout: CheckOut,
    settle_orders: SettleOrders,
    products: FakeProducts,
) -> None:
    order = await promised(checkout, products)
    sell_out(products)
    await settle_orders.settle_batch()
    async with database.reading() as connection:
        listed = await OrderLists(connection).list_of_user(7, FIRST_PAGE, None)
    assert [(o.id, o.reason) for o in listed.items] == [
        (order.id, "insufficient_stock")
    ]


async def test_immediate_rejection_publishes_nothing(
    database: Database, saga: PlaceOrder, products: FakeProducts
) -> None:
    order = await stored(database, an_order())
    sell_out(products)
    assert isinstance(await saga.place(order, ample_time()), Rejected)
    assert await events_of(database, order.id) == []


async def test_order_promised_during_rejection_stays_promised(
    database: Database, saga: PlaceOrder, products: FakeProducts
) -> None:
    order = await stored(database, an_order())
    async with database.transaction() as session:
        (await Orders(session).get(order.id, for_update=True)).promise()
    sell_out(products)
    end = await saga.place(order, ample_time())
    assert isinstance(end, Promised)
    assert end.order.promised


@pytest.mark.parametrize(
    ("by", "reasons"),
    [(a_user(7), []), (a_user(1, "admin"), ["cancelled_by_shop"])],
)
async def test_cancellation_by_shop_publishes_rejection(
    database: Database,
    checkout: CheckOut,
    settle_orders: SettleOrders,
    products: FakeProducts,
    by: User,
    reasons: list[str],
) -> None:
    order = await promised(checkout, products)
    outbox = Outbox(OrderMessage, "/order-service", lambda: None)
    for _ in range(2):
        change = ChangeOrder(database, outbox)
        await change.change(order.id, OrderStatus.CANCELLED, by)
    await settle_orders.settle_batch()
    events = await events_of(database, order.id)
    assert [(e["type"], e["data"]["reason"]) for e in events] == [
        ("order.rejected", reason) for reason in reasons
    ]


async def test_order_cancelled_during_rejection_publishes_nothing(
    database: Database,
    checkout: CheckOut,
    saga: PlaceOrder,
    products: FakeProducts,
) -> None:
    order = await promised(checkout, products)
    before = await as_stored(database, order.id)
    async with database.transaction() as session:
        (await Orders(session).get(order.id, for_update=True)).cancel(by=7)
    sell_out(products)
    assert isinstance(await saga.place(before, ample_time()), Cancelled)
    assert await events_of(database, order.id) == []


async def test_rejection_event_of_erased_customer_has_no_name(
    database: Database,
    checkout: CheckOut,
    settle_orders: SettleOrders,
    products: FakeProducts,
) -> None:
    order = await promised(checkout, products)
    async with database.transaction() as session:
        await Orders(session).erase_customer_data(7)
    sell_out(products)
    await settle_orders.settle_batch()
    (event,) = await events_of(database, order.id)
    customer = {"user_id": 7, "username": "", "name": "", "email": None}
    assert event["data"]["customer"] == customer
