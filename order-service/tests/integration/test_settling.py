"""Recovery settles orders and stock after crashes and lost responses."""

import asyncio

import pytest
from structlog.contextvars import bound_contextvars

from app.models import OrderStatus, StockState
from app.repositories.orders import Orders
from app.saga.outcomes import Outcomes
from app.services.check_out import CheckOut
from app.services.measure_backlog import MeasureBacklog
from app.services.place_order import PlaceOrder
from app.services.settle_orders import SettleOrders
from app.services.settle_stock import SettleStock
from chassis import (
    Database,
    DatabaseUnavailable,
    Deadline,
    PeerTimeout,
    PeerUnreachable,
)
from chassis.testing import Network, eventually, metric
from tests.factories import (
    a_draft,
    a_user,
    abandon,
    ample_time,
    an_order,
    as_stored,
    confirmed,
    stored,
)
from tests.fake_products import FakeProducts, die


@pytest.fixture
def settle_stock(database: Database, products: FakeProducts) -> SettleStock:
    return SettleStock(database, products)


async def test_abandoned_unpromised_order_is_withdrawn(
    database: Database, settle_orders: SettleOrders
) -> None:
    order = await stored(database, an_order(), claimed=-20)
    assert await settle_orders.settle_batch() == 1
    withdrawn = await as_stored(database, order.id)
    assert withdrawn.status == OrderStatus.CANCELLED
    assert withdrawn.stock == StockState.DUE_RELEASE


async def test_withdrawal_waits_after_database_outage(
    database: Database, database_url: str, saga: PlaceOrder, outcomes: Outcomes
) -> None:
    order = await stored(database, an_order(), claimed=-20)
    async with (
        Network.before(database_url) as (network, url),
        Database(url, pool_size=2) as through_network,
    ):
        settle_orders = SettleOrders(through_network, saga, outcomes, grace_seconds=0.5)
        assert (
            await settle_orders.settle_batch() == 0
        )  # the start begins a grace period
        network.cut()
        with pytest.raises(DatabaseUnavailable):
            await settle_orders.settle_batch()
        await is_over(Deadline.after(0.6))
        network.mend()
        assert await settle_orders.settle_batch() == 0

        async def is_withdrawn() -> bool:
            await settle_orders.settle_batch()
            current = await as_stored(database, order.id)
            return current.status == OrderStatus.CANCELLED

        await eventually(is_withdrawn)


async def is_over(deadline: Deadline) -> None:
    async def check() -> bool:
        return deadline.is_over

    await eventually(check)


async def test_claimed_order_is_not_settled(
    database: Database, settle_orders: SettleOrders
) -> None:
    order = await stored(database, an_order(), claimed=60)
    assert await settle_orders.settle_batch() == 0
    assert (await as_stored(database, order.id)).status == OrderStatus.PENDING


async def test_promised_order_is_placed_after_outage(
    database: Database,
    checkout: CheckOut,
    settle_orders: SettleOrders,
    products: FakeProducts,
) -> None:
    products.failure = PeerTimeout("no answer")
    placement = await checkout.place(a_user(), a_draft(), None, ample_time())
    products.failure = PeerUnreachable("away")
    await settle_orders.settle_batch()
    order_id = placement.order.id
    assert (await as_stored(database, order_id)).status == OrderStatus.PENDING
    products.failure = None
    await abandon(database, order_id)
    await settle_orders.settle_batch()
    assert (await as_stored(database, order_id)).status == OrderStatus.CONFIRMED


async def test_key_of_withdrawn_order_can_be_reused(
    database: Database,
    checkout: CheckOut,
    settle_orders: SettleOrders,
    products: FakeProducts,
) -> None:
    products.before_response = die
    with pytest.raises(asyncio.CancelledError):
        await checkout.place(a_user(), a_draft(), "key", ample_time())
    products.before_response = None
    (order_id,) = products.reserved
    await abandon(database, order_id)
    assert await settle_orders.settle_batch() == 0, "the client may resume it"
    await abandon(database, order_id, ago=20)
    await settle_orders.settle_batch()
    placement = await checkout.place(a_user(), a_draft(), "key", ample_time())
    assert placement.order.id != order_id
    assert placement.order.status == OrderStatus.CONFIRMED


async def test_release_is_retried_until_it_succeeds(
    database: Database, settle_stock: SettleStock, products: FakeProducts
) -> None:
    order = await confirmed(database, an_order())
    async with database.transaction() as session:
        (await Orders(session).get(order.id, for_update=True)).cancel(by=7)
    products.failure = PeerUnreachable("away")
    assert await settle_stock.settle_batch() == 1
    assert (await as_stored(database, order.id)).stock == StockState.DUE_RELEASE
    products.failure = None
    await _make_due(database, order.id)
    assert await settle_stock.settle_batch() == 1
    assert products.released == [order.id]
    assert (await as_stored(database, order.id)).stock == StockState.RELEASED
    assert await settle_stock.settle_batch() == 0


async def test_settlement_limits_concurrent_calls(
    database: Database,
) -> None:
    class BusyProducts(FakeProducts):
        running = most_running = 0

        async def release(self, order_id: int) -> None:
            self.running += 1
            self.most_running = max(self.most_running, self.running)
            await asyncio.sleep(0)
            await super().release(order_id)
            self.running -= 1

    products = BusyProducts()
    for _ in range(8):
        order = await confirmed(database, an_order())
        async with database.transaction() as session:
            (await Orders(session).get(order.id, for_update=True)).cancel(by=7)
    while await SettleStock(database, products).settle_batch():
        pass
    assert len(products.released) == 8
    assert products.most_running <= 5


async def test_shipping_commits_reservation(
    database: Database, settle_stock: SettleStock, products: FakeProducts
) -> None:
    order = await confirmed(database, an_order())
    async with database.transaction() as session:
        (await Orders(session).get(order.id, for_update=True)).ship(by=1)
    await settle_stock.settle_batch()
    assert products.committed == [order.id]
    assert (await as_stored(database, order.id)).stock == StockState.COMMITTED


async def test_backlog_metrics_count_unsettled_orders(
    database: Database, settle_stock: SettleStock
) -> None:
    async def backlog(waiting_for: str) -> tuple[float, bool]:
        await MeasureBacklog(database).measure()
        age = metric("orders_oldest_unsettled_age_seconds", waiting_for=waiting_for)
        return metric("orders_unsettled", waiting_for=waiting_for), age > 0

    await stored(database, an_order())
    assert await backlog("confirmation") == (1, True)
    order = await confirmed(database, an_order())
    assert await backlog("stock") == (0, False)
    async with database.transaction() as session:
        (await Orders(session).get(order.id, for_update=True)).cancel(by=7)
    assert await backlog("stock") == (1, True)
    await settle_stock.settle_batch()
    assert await backlog("stock") == (0, False)
    assert await backlog("confirmation") == (1, True)


async def test_settlement_keeps_request_id_of_origin(
    database: Database,
    checkout: CheckOut,
    settle_orders: SettleOrders,
    settle_stock: SettleStock,
    products: FakeProducts,
) -> None:
    products.failure = PeerTimeout("no answer")
    with bound_contextvars(request_id="places"):
        placed = await checkout.place(a_user(), a_draft(), None, ample_time())
    products.failure = None
    await settle_orders.settle_batch()
    with bound_contextvars(request_id="cancels"):
        async with database.transaction() as session:
            (await Orders(session).get(placed.order.id, for_update=True)).cancel(by=7)
    await settle_stock.settle_batch()
    assert products.request_ids == ["places", "cancels"]


async def _make_due(database: Database, order_id: int) -> None:
    async with database.transaction() as session:
        order = await Orders(session).get(order_id, for_update=True)
        order.stock_due_at = order.created_at
