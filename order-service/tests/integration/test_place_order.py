"""The saga, step by step, on a real database."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from app.errors import (
    InsufficientStock,
    TotalTooLarge,
    UnknownProduct,
)
from app.models import Order, OrderMessage, OrderStatus, StockState
from app.repositories.orders import Orders
from app.services.place_order import PlaceOrder
from app.services.record_outcome import RecordOutcome
from app.services.saga_end import (
    Cancelled,
    Confirmed,
    Promised,
    Rejected,
    SagaEnd,
    Withdrawn,
)
from chassis import (
    Database,
    DatabaseUnavailable,
    Deadline,
    PeerFailed,
    PeerTimeout,
    PeerUnreachable,
)
from chassis.testing import eventually
from tests.factories import an_order, as_stored, commits_that_fail, stored
from tests.fake_products import FakeProducts


async def outbox_types(database: Database) -> list[str]:
    async with database.transaction() as session:
        rows = await session.scalars(select(OrderMessage).order_by(OrderMessage.id))
        return [row.routing_key for row in rows]


async def test_a_confirmed_order_leaves_its_event_in_the_outbox(
    database: Database, saga: PlaceOrder
) -> None:
    order = await stored(database, an_order())
    end = await saga.place(order, Deadline.after(2))
    assert isinstance(end, Confirmed)
    async with database.transaction() as session:
        message = (await session.scalars(select(OrderMessage))).one()
    event = json.loads(message.body)
    assert event["type"] == "order.created"
    assert event["data"]["order_id"] == order.id
    assert event["data"]["version"] == end.order.version == 2
    assert event["data"]["total_amount"] == "20.00"


@pytest.mark.parametrize(
    ("lines", "error"),
    [(((99, 1),), UnknownProduct), (((1, 101),), InsufficientStock)],
)
async def test_a_refused_attempt_stays_on_record_and_is_released(
    database: Database,
    saga: PlaceOrder,
    lines: tuple[tuple[int, int]],
    error: type[Exception],
) -> None:
    order = await stored(database, an_order(lines=lines))
    end = await saga.place(order, Deadline.after(2))
    assert isinstance(end, Rejected)
    assert isinstance(end.rejection, error)
    refused = await as_stored(database, order.id)
    assert refused.status == OrderStatus.CANCELLED
    assert refused.refusal is not None
    assert refused.stock == StockState.DUE_RELEASE
    assert await outbox_types(database) == []


@pytest.mark.parametrize("failure", [PeerUnreachable("away"), PeerFailed("500")])
async def test_what_could_not_be_reserved_is_withdrawn(
    database: Database,
    saga: PlaceOrder,
    products: FakeProducts,
    failure: Exception,
) -> None:
    products.failure = failure
    order = await stored(database, an_order())
    assert await saga.place(order, Deadline.after(2)) == Withdrawn()
    withdrawn = await as_stored(database, order.id)
    assert withdrawn.status == OrderStatus.CANCELLED
    assert withdrawn.stock == StockState.DUE_RELEASE


async def test_a_silence_promises_the_order(
    database: Database, saga: PlaceOrder, products: FakeProducts
) -> None:
    products.failure = PeerTimeout("no answer")
    order = await stored(database, an_order())
    end = await saga.place(order, Deadline.after(2))
    assert isinstance(end, Promised)
    assert (await as_stored(database, order.id)).promised


async def test_a_promise_is_recorded_as_soon_as_it_can_be(
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


async def test_an_order_whose_customer_is_erased_meanwhile_is_promised_as_it_is_now(
    database: Database, saga: PlaceOrder, products: FakeProducts
) -> None:
    async def erase(order: Order) -> None:
        async with database.transaction() as session:
            await Orders(session).forget_customer(order.user_id)

    products.before_answer = erase
    order = await stored(database, an_order())
    end = await saga.place(order, Deadline.after(2))
    assert isinstance(end, Promised)
    assert (end.order.promised, end.order.customer_name) == (True, "")
    assert (await as_stored(database, order.id)).promised


async def test_an_order_that_was_promised_meanwhile_is_not_withdrawn(
    database: Database, record: RecordOutcome
) -> None:
    order = await stored(database, an_order())
    async with database.transaction() as session:
        (await Orders(session).get(order.id, for_update=True)).promise()
    left = await record.withdrawn(order)
    assert (left.status, left.promised) == (OrderStatus.PENDING, True)


async def test_a_total_that_does_not_fit_takes_nothing(
    database: Database, saga: PlaceOrder, products: FakeProducts
) -> None:
    products.price *= 9_000_000
    order = await stored(database, an_order())
    end = await saga.place(order, Deadline.after(2))
    assert isinstance(end, Rejected)
    assert isinstance(end.rejection, TotalTooLarge)
    assert (await as_stored(database, order.id)).stock == StockState.DUE_RELEASE


async def test_the_loser_of_a_race_with_cancel_leaves_the_release_standing(
    database: Database, saga: PlaceOrder, products: FakeProducts
) -> None:
    async def cancel(order: Order) -> None:
        async with database.transaction() as session:
            (await Orders(session).get(order.id, for_update=True)).cancel(by=7)

    products.before_answer = cancel
    order = await stored(database, an_order())
    assert isinstance(await saga.place(order, Deadline.after(2)), Cancelled)
    cancelled = await as_stored(database, order.id)
    assert cancelled.status == OrderStatus.CANCELLED
    assert cancelled.stock == StockState.DUE_RELEASE
    assert await outbox_types(database) == []


async def test_a_commit_that_fails_is_never_told_as_confirmed(
    database: Database, saga: PlaceOrder
) -> None:
    order = await stored(database, an_order())
    async with commits_that_fail(database, "NEW.status = 'confirmed'"):
        assert isinstance(await saga.place(order, Deadline.after(2)), Promised)
    assert (await as_stored(database, order.id)).status == OrderStatus.PENDING
    assert await outbox_types(database) == []


@pytest.mark.parametrize(
    ("can_be_read", "expected"),
    [(True, Confirmed), (False, Promised)],
)
async def test_a_commit_that_nobody_heard_of_is_never_told_as_nothing_taken(
    database: Database,
    saga: PlaceOrder,
    monkeypatch: pytest.MonkeyPatch,
    can_be_read: bool,
    expected: type[SagaEnd],
) -> None:
    confirmed = RecordOutcome.confirmed

    async def unheard(*arguments: Any) -> Order:
        await confirmed(*arguments)
        if not can_be_read:
            monkeypatch.setattr(Orders, "get", unreadable)
        raise DatabaseUnavailable("the answer was lost")

    async def unreadable(*_: Any, **__: Any) -> Order:
        raise DatabaseUnavailable("and so was this one")

    monkeypatch.setattr(RecordOutcome, "confirmed", unheard)
    order = await stored(database, an_order())
    assert isinstance(await saga.place(order, Deadline.after(2)), expected)
    assert await outbox_types(database) == ["order.created"]


async def test_an_order_confirmed_by_another_is_answered_as_it_is(
    database: Database, saga: PlaceOrder, products: FakeProducts
) -> None:
    async def confirm_first(order: Order) -> None:
        products.before_answer = None
        await saga.place(order, Deadline.after(2))

    products.before_answer = confirm_first
    order = await stored(database, an_order())
    assert isinstance(await saga.place(order, Deadline.after(2)), Confirmed)
    assert await outbox_types(database) == ["order.created"]
    assert products.available[1] == 98


async def test_an_order_withdrawn_meanwhile_is_not_taken(
    database: Database,
    saga: PlaceOrder,
    record: RecordOutcome,
    products: FakeProducts,
) -> None:
    order = await stored(database, an_order())
    await record.withdrawn(order)
    products.released.append(order.id)
    assert await saga.place(order, Deadline.after(2)) == Withdrawn()
