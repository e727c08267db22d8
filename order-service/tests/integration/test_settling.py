"""What a crash or a silence left behind settles by itself."""

import asyncio

import pytest
from structlog.contextvars import bound_contextvars

from app.models import OrderStatus, StockState
from app.repositories.orders import Orders
from app.services.checkout import Checkout
from app.services.measure_backlog import measure_backlog
from app.services.place_order import PlaceOrder
from app.services.record_outcome import RecordOutcome
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
    an_order,
    as_stored,
    confirmed,
    stored,
)
from tests.fake_products import FakeProducts, die


@pytest.fixture
def settle_stock(database: Database, products: FakeProducts) -> SettleStock:
    return SettleStock(database, products)


async def test_an_order_that_nobody_was_told_of_is_withdrawn(
    database: Database, settle_orders: SettleOrders
) -> None:
    order = await stored(database, an_order(claimed=-20))
    assert await settle_orders.settle_batch() == 1
    withdrawn = await as_stored(database, order.id)
    assert withdrawn.status == OrderStatus.CANCELLED
    assert withdrawn.stock == StockState.DUE_RELEASE


async def test_after_an_outage_of_the_database_whoever_has_promised_says_so_first(
    database: Database, database_url: str, saga: PlaceOrder, record: RecordOutcome
) -> None:
    order = await stored(database, an_order(claimed=-20))
    async with (
        Network.before(database_url) as (network, url),
        Database(url, pool_size=2) as through_network,
    ):
        settle_orders = SettleOrders(through_network, saga, record, sparing_seconds=0.5)
        assert await settle_orders.settle_batch() == 0  # it may have missed an outage
        network.cut()
        with pytest.raises(DatabaseUnavailable):
            await settle_orders.settle_batch()
        await is_over(Deadline.after(0.6))
        network.mend()
        assert await settle_orders.settle_batch() == 0

        async def is_withdrawn() -> bool:
            await settle_orders.settle_batch()
            left = await as_stored(database, order.id)
            return left.status == OrderStatus.CANCELLED

        await eventually(is_withdrawn)


async def is_over(deadline: Deadline) -> None:
    async def look() -> bool:
        return deadline.is_over

    await eventually(look)


async def test_an_order_that_somebody_is_at_work_on_is_left_alone(
    database: Database, settle_orders: SettleOrders
) -> None:
    order = await stored(database, an_order(claimed=60))
    assert await settle_orders.settle_batch() == 0
    assert (await as_stored(database, order.id)).status == OrderStatus.PENDING


async def test_a_promised_order_is_placed_once_product_service_is_back(
    database: Database,
    checkout: Checkout,
    settle_orders: SettleOrders,
    products: FakeProducts,
) -> None:
    products.failure = PeerTimeout("no answer")
    placement = await checkout.place(a_user(), a_draft(), None, Deadline.after(2))
    products.failure = PeerUnreachable("away")
    await settle_orders.settle_batch()
    order_id = placement.order.id
    assert (await as_stored(database, order_id)).status == OrderStatus.PENDING
    products.failure = None
    await abandon(database, order_id)
    await settle_orders.settle_batch()
    assert (await as_stored(database, order_id)).status == OrderStatus.CONFIRMED


async def test_the_key_of_a_withdrawn_order_is_free_again(
    database: Database,
    checkout: Checkout,
    settle_orders: SettleOrders,
    products: FakeProducts,
) -> None:
    products.before_answer = die
    with pytest.raises(asyncio.CancelledError):
        await checkout.place(a_user(), a_draft(), "key", Deadline.after(2))
    products.before_answer = None
    (order_id,) = products.reserved
    await abandon(database, order_id)
    assert await settle_orders.settle_batch() == 0, "its customer may come back"
    await abandon(database, order_id, ago=20)
    await settle_orders.settle_batch()
    placement = await checkout.place(a_user(), a_draft(), "key", Deadline.after(2))
    assert placement.order.id != order_id
    assert placement.order.status == OrderStatus.CONFIRMED


async def test_a_release_is_repeated_until_it_is_taken_note_of(
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


async def test_after_an_outage_product_service_is_not_asked_for_all_at_once(
    database: Database,
) -> None:
    class BusyProducts(FakeProducts):
        at_work = most_at_work = 0

        async def release(self, order_id: int) -> None:
            self.at_work += 1
            self.most_at_work = max(self.most_at_work, self.at_work)
            await asyncio.sleep(0)
            await super().release(order_id)
            self.at_work -= 1

    products = BusyProducts()
    for _ in range(8):
        order = await confirmed(database, an_order())
        async with database.transaction() as session:
            (await Orders(session).get(order.id, for_update=True)).cancel(by=7)
    while await SettleStock(database, products).settle_batch():
        pass
    assert len(products.released) == 8
    assert products.most_at_work <= 5


async def test_shipping_commits_the_reservation(
    database: Database, settle_stock: SettleStock, products: FakeProducts
) -> None:
    order = await confirmed(database, an_order())
    async with database.transaction() as session:
        (await Orders(session).get(order.id, for_update=True)).ship(by=1)
    await settle_stock.settle_batch()
    assert products.committed == [order.id]
    assert (await as_stored(database, order.id)).stock == StockState.COMMITTED


async def test_what_still_waits_is_told(
    database: Database, settle_stock: SettleStock
) -> None:

    async def waiting(waiting_for: str) -> tuple[float, bool]:
        await measure_backlog(database)
        age = metric("orders_oldest_unsettled_age_seconds", waiting_for=waiting_for)
        return metric("orders_unsettled", waiting_for=waiting_for), age > 0

    await stored(database, an_order())
    assert await waiting("confirmation") == (1, True)
    order = await confirmed(database, an_order())
    assert await waiting("stock") == (0, False)
    async with database.transaction() as session:
        (await Orders(session).get(order.id, for_update=True)).cancel(by=7)
    assert await waiting("stock") == (1, True)
    await settle_stock.settle_batch()
    assert await waiting("stock") == (0, False)
    assert await waiting("confirmation") == (1, True)


async def test_what_is_done_for_an_order_later_belongs_to_the_request_that_wanted_it(
    database: Database,
    checkout: Checkout,
    settle_orders: SettleOrders,
    settle_stock: SettleStock,
    products: FakeProducts,
) -> None:
    products.failure = PeerTimeout("no answer")
    with bound_contextvars(request_id="places"):
        placed = await checkout.place(a_user(), a_draft(), None, Deadline.after(2))
    products.failure = None
    await settle_orders.settle_batch()
    with bound_contextvars(request_id="cancels"):
        async with database.transaction() as session:
            (await Orders(session).get(placed.order.id, for_update=True)).cancel(by=7)
    await settle_stock.settle_batch()
    assert products.asked_by == ["places", "cancels"]


async def _make_due(database: Database, order_id: int) -> None:
    async with database.transaction() as session:
        order = await Orders(session).get(order_id, for_update=True)
        order.stock_due_at = order.created_at
