"""The saga and each of its ends, on a real database."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from app.clients.products import Prices
from app.errors import (
    InsufficientStock,
    TotalTooLarge,
    UnknownProduct,
)
from app.models import Order, OrderMessage, OrderStatus, StockState
from app.repositories.orders import Orders
from app.saga.ends import (
    Cancelled,
    Confirmed,
    Promised,
    Rejected,
    SagaEnd,
    Withdrawn,
)
from app.saga.outcomes import Outcomes
from app.services.place_order import PlaceOrder
from chassis import (
    Database,
    DatabaseUnavailable,
    Deadline,
    PeerFailed,
    PeerTimeout,
    PeerUnreachable,
)
from chassis.testing import eventually
from tests.factories import (
    ample_time,
    an_order,
    as_stored,
    commits_that_fail,
    stored,
)
from tests.fake_products import FakeProducts


async def outbox_types(database: Database) -> list[str]:
    async with database.transaction() as session:
        rows = await session.scalars(select(OrderMessage).order_by(OrderMessage.id))
        return [row.routing_key for row in rows]


async def test_confirmation_stores_event_in_outbox(
    database: Database, saga: PlaceOrder
) -> None:
    order = await stored(database, an_order())
    end = await saga.place(order, ample_time())
    assert isinstance(end, Confirmed)
    async with database.transaction() as session:
        message = (await session.scalars(select(OrderMessage))).one()
    event = json.loads(message.body)
    assert event["type"] == "order.created"
    assert event["data"]["order_id"] == order.id
    assert event["data"]["version"] == end.order.version == 2
    assert event["data"]["total_amount"] == "20.00"


@pytest.fixture
def time_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deadline leaves as much time as at first, even if the test machine stalls."""
    clock = SimpleNamespace(monotonic=lambda: 100.0)
    monkeypatch.setattr("chassis._deadline.time", clock)


@pytest.mark.usefixtures("time_stands_still")
async def test_order_with_little_time_left_is_still_reserved(
    database: Database, saga: PlaceOrder, products: FakeProducts
) -> None:
    order = await stored(database, an_order())
    await saga.place(order, Deadline.after(0.5))
    assert order.id in products.reserved


@pytest.mark.parametrize(
    ("lines", "error"),
    [(((99, 1),), UnknownProduct), (((1, 101),), InsufficientStock)],
)
async def test_rejected_order_is_kept_and_released(
    database: Database,
    saga: PlaceOrder,
    lines: tuple[tuple[int, int]],
    error: type[Exception],
) -> None:
    order = await stored(database, an_order(lines=lines))
    end = await saga.place(order, ample_time())
    assert isinstance(end, Rejected)
    assert isinstance(end.rejection, error)
    rejected = await as_stored(database, order.id)
    assert rejected.status == OrderStatus.CANCELLED
    assert rejected.failure is not None
    assert rejected.stock == StockState.DUE_RELEASE
    assert await outbox_types(database) == []


@pytest.mark.parametrize("failure", [PeerUnreachable("away"), PeerFailed("500")])
async def test_failed_reservation_withdraws_order(
    database: Database,
    saga: PlaceOrder,
    products: FakeProducts,
    failure: Exception,
) -> None:
    products.failure = failure
    order = await stored(database, an_order())
    assert await saga.place(order, ample_time()) == Withdrawn()
    withdrawn = await as_stored(database, order.id)
    assert withdrawn.status == OrderStatus.CANCELLED
    assert withdrawn.stock == StockState.DUE_RELEASE


async def test_unanswered_reservation_promises_order(
    database: Database, saga: PlaceOrder, products: FakeProducts
) -> None:
    products.failure = PeerTimeout("no answer")
    order = await stored(database, an_order())
    end = await saga.place(order, ample_time())
    assert isinstance(end, Promised)
    assert (await as_stored(database, order.id)).promised


@pytest.mark.usefixtures("time_stands_still")
async def test_promise_is_stored_after_database_recovery(
    database: Database, saga: PlaceOrder, products: FakeProducts
) -> None:
    products.failure = PeerTimeout("no answer")
    order = await stored(database, an_order())
    async with commits_that_fail(database, "NEW.promised"):
        end = await saga.place(order, Deadline.after(1))
        assert isinstance(end, Promised)
        assert not (await as_stored(database, order.id)).promised

    async def is_promised() -> bool:
        return (await as_stored(database, order.id)).promised

    await eventually(is_promised)


async def test_order_of_customer_erased_meanwhile_is_promised(
    database: Database, saga: PlaceOrder, products: FakeProducts
) -> None:
    async def erase(order: Order) -> None:
        async with database.transaction() as session:
            await Orders(session).erase_customer_data(order.user_id)

    products.before_response = erase
    order = await stored(database, an_order())
    end = await saga.place(order, ample_time())
    assert isinstance(end, Promised)
    assert (end.order.promised, end.order.customer_name) == (True, "")
    assert (await as_stored(database, order.id)).promised


async def test_order_promised_meanwhile_is_not_withdrawn(
    database: Database, outcomes: Outcomes
) -> None:
    order = await stored(database, an_order())
    async with database.transaction() as session:
        (await Orders(session).get(order.id, for_update=True)).promise()
    current = await outcomes.withdraw(order)
    assert (current.status, current.promised) == (OrderStatus.PENDING, True)


async def test_too_large_total_releases_stock(
    database: Database, saga: PlaceOrder, products: FakeProducts
) -> None:
    products.price *= 9_000_000
    order = await stored(database, an_order())
    end = await saga.place(order, ample_time())
    assert isinstance(end, Rejected)
    assert isinstance(end.rejection, TotalTooLarge)
    assert (await as_stored(database, order.id)).stock == StockState.DUE_RELEASE


async def test_order_cancelled_during_placement_is_released(
    database: Database, saga: PlaceOrder, products: FakeProducts
) -> None:
    async def cancel(order: Order) -> None:
        async with database.transaction() as session:
            (await Orders(session).get(order.id, for_update=True)).cancel(by=7)

    products.before_response = cancel
    order = await stored(database, an_order())
    assert isinstance(await saga.place(order, ample_time()), Cancelled)
    cancelled = await as_stored(database, order.id)
    assert cancelled.status == OrderStatus.CANCELLED
    assert cancelled.stock == StockState.DUE_RELEASE
    assert await outbox_types(database) == []


async def test_order_with_too_large_total_cancelled_meanwhile_stays_cancelled(
    database: Database, saga: PlaceOrder, products: FakeProducts
) -> None:
    async def cancel(order: Order) -> None:
        async with database.transaction() as session:
            (await Orders(session).get(order.id, for_update=True)).cancel(by=7)

    products.price *= 9_000_000
    products.before_response = cancel
    order = await stored(database, an_order())
    assert isinstance(await saga.place(order, ample_time()), Cancelled)
    assert (await as_stored(database, order.id)).failure is None


async def test_failed_commit_promises_order(
    database: Database, saga: PlaceOrder
) -> None:
    order = await stored(database, an_order())
    async with commits_that_fail(database, "NEW.status = 'confirmed'"):
        assert isinstance(await saga.place(order, ample_time()), Promised)
    assert (await as_stored(database, order.id)).status == OrderStatus.PENDING
    assert await outbox_types(database) == []


@pytest.mark.usefixtures("time_stands_still")
@pytest.mark.parametrize(
    ("can_be_read", "expected"),
    [(True, Confirmed), (False, Promised)],
)
async def test_lost_commit_reply_is_never_withdrawn(
    database: Database,
    saga: PlaceOrder,
    monkeypatch: pytest.MonkeyPatch,
    can_be_read: bool,
    expected: type[SagaEnd],
) -> None:
    confirm = Outcomes.confirm

    async def confirm_without_reply(
        outcomes: Outcomes, order: Order, prices: Prices, _: Deadline
    ) -> Order:
        await confirm(outcomes, order, prices, ample_time())
        if not can_be_read:
            monkeypatch.setattr(Orders, "get", fail_to_read)
        raise DatabaseUnavailable("the reply was lost")

    async def fail_to_read(*_: Any, **__: Any) -> Order:
        raise DatabaseUnavailable("the database is unavailable")

    monkeypatch.setattr(Outcomes, "confirm", confirm_without_reply)
    order = await stored(database, an_order())
    # The order is read until the time is over.
    deadline = ample_time() if can_be_read else Deadline.after(0.5)
    assert isinstance(await saga.place(order, deadline), expected)
    assert await outbox_types(database) == ["order.created"]


async def test_order_confirmed_meanwhile_stays_confirmed(
    database: Database, saga: PlaceOrder, products: FakeProducts
) -> None:
    async def confirm_first(order: Order) -> None:
        products.before_response = None
        await saga.place(order, ample_time())

    products.before_response = confirm_first
    order = await stored(database, an_order())
    assert isinstance(await saga.place(order, ample_time()), Confirmed)
    assert await outbox_types(database) == ["order.created"]
    assert products.available[1] == 98


async def test_order_withdrawn_meanwhile_stays_withdrawn(
    database: Database,
    saga: PlaceOrder,
    outcomes: Outcomes,
    products: FakeProducts,
) -> None:
    order = await stored(database, an_order())
    await outcomes.withdraw(order)
    products.released.append(order.id)
    assert await saga.place(order, ample_time()) == Withdrawn()
